package io.livedub.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * AAC as FLV and MP4 carry it: raw frames without ADTS headers, described by an AudioSpecificConfig.
 *
 * @param audioSpecificConfig ISO/IEC 14496-3, 1.6.2.1; not copied, never changed
 * @param objectType audio object type of the core: 2 is AAC-LC (table 1.17); 5 and 29 in the config are resolved to their core
 * @param sampleRateHz sampling rate of the core, before any SBR doubling: the rate in which {@link #samplesPerFrame()} counts
 * @param channelConfiguration layout by table 1.19; 0 when a program config element in the config, or in the frames, lists the channels instead
 * @param channels channels of the core; a parametric-stereo stream has 1 here; 2 when only the frames say it
 * @param samplesPerFrame 1024, or 960 when frameLengthFlag says so, in core samples; half of that for the low-delay types
 * @param sbr the config announces spectral band replication: a decoder's output rate is twice {@code sampleRateHz}
 */
public record AudioFormat(
        byte[] audioSpecificConfig,
        int objectType,
        int sampleRateHz,
        int channelConfiguration,
        int channels,
        int samplesPerFrame,
        boolean sbr)
        implements Format {

    public AudioFormat {
        Objects.requireNonNull(audioSpecificConfig, "audioSpecificConfig");
    }

    /**
     * Reads an AudioSpecificConfig (ISO/IEC 14496-3, table 1.15).
     *
     * @throws IllegalArgumentException when it is truncated, or describes no AAC that any decoder reads; the message says which
     */
    public static AudioFormat parse(byte[] audioSpecificConfig) {
        return AudioConfig.read(audioSpecificConfig).format(audioSpecificConfig);
    }

    /** The two-byte AudioSpecificConfig of plain AAC-LC. */
    public static AudioFormat aacLc(int sampleRateHz, int channels) {
        int index = AudioConfig.rateIndex(sampleRateHz);
        int channelConfiguration = channels == 8 ? 7 : channels;
        int bits = 2 << 11 | index << 7 | channelConfiguration << 3;
        return parse(new byte[] {(byte) (bits >> 8), (byte) bits});
    }

    @Override
    public Track track() {
        return Track.AUDIO;
    }

    /** Time that {@code frames} frames take, in nanoseconds, rounded down; computed from the count so that nothing accumulates. */
    public long framesToNs(long frames) {
        long samples = Math.multiplyExact(frames, (long) samplesPerFrame);
        return samples / sampleRateHz * 1_000_000_000L + samples % sampleRateHz * 1_000_000_000L / sampleRateHz;
    }

    /** Duration of one frame in nanoseconds, rounded down. */
    public long frameDurationNs() {
        return framesToNs(1);
    }

    /** Number of frames nearest to a duration. */
    public long nsToFrames(long durationNs) {
        double frames = (double) durationNs * sampleRateHz / samplesPerFrame / 1e9;
        return Math.round(frames);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AudioFormat that && Arrays.equals(audioSpecificConfig, that.audioSpecificConfig);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(audioSpecificConfig);
    }

    @Override
    public String toString() {
        return "AAC " + sampleRateHz + " Hz " + channels + " ch" + (sbr ? " SBR" : "");
    }
}
