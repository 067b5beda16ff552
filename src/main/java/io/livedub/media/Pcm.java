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

    /** As 16 bit integers, little endian; what is beyond −1…1 is cut. */
    public byte[] s16le() {
        byte[] bytes = new byte[samples.length * Short.BYTES];
        for (int i = 0; i < samples.length; i++) {
            int value = Math.round(Math.max(-1, Math.min(1, samples[i])) * Short.MAX_VALUE);
            bytes[2 * i] = (byte) value;
            bytes[2 * i + 1] = (byte) (value >> 8);
        }
        return bytes;
    }

    public long durationNs() {
        return sampleFrames() * 1_000_000_000L / sampleRateHz;
    }
}
