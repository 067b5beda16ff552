package io.livedub.media;

import java.util.Locale;

/**
 * Uncompressed sound.
 *
 * @param sampleRateHz sampling rate
 * @param channels number of interleaved channels
 * @param samples interleaved, nominal range −1…1; length is a multiple of {@code channels}
 */
public record Pcm(int sampleRateHz, int channels, float[] samples) {
    public Pcm {
        if (sampleRateHz <= 0 || channels <= 0 || samples.length % channels != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "not PCM: %d Hz, %d channels, %d samples", sampleRateHz, channels, samples.length));
        }
    }

    /** Length in samples of one channel. */
    public int sampleFrames() {
        return samples.length / channels;
    }

    public long durationNs() {
        return sampleFrames() * 1_000_000_000L / sampleRateHz;
    }
}
