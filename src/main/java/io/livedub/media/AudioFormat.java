package io.livedub.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * AAC as FLV and MP4 carry it: raw frames without ADTS headers, described by an AudioSpecificConfig.
 *
 * @param audioSpecificConfig ISO/IEC 14496-3, 1.6.2.1; not copied, never changed
 * @param objectType audio object type of the core: 2 is AAC-LC (table 1.17); 5 and 29 in the config are resolved to their core
 * @param sampleRateHz sampling rate of the core, before any SBR doubling: the rate in which {@link #samplesPerFrame()} counts
 * @param channels channels of the core; a parametric-stereo stream has 1 here
 * @param samplesPerFrame 1024, or 960 when frameLengthFlag says so, in core samples
 * @param sbr the config announces spectral band replication: a decoder's output rate is twice {@code sampleRateHz}
 */
public record AudioFormat(
        byte[] audioSpecificConfig, int objectType, int sampleRateHz, int channels, int samplesPerFrame, boolean sbr)
        implements Format {
    private static final int[] SAMPLE_RATES_HZ = {
        96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350
    };
    private static final int ESCAPE_RATE = 15;
    private static final int ESCAPE_OBJECT_TYPE = 31;
    private static final int OBJECT_TYPE_SBR = 5;
    private static final int OBJECT_TYPE_PS = 29;

    public AudioFormat {
        Objects.requireNonNull(audioSpecificConfig, "audioSpecificConfig");
    }

    /**
     * Reads an AudioSpecificConfig (ISO/IEC 14496-3, table 1.15).
     *
     * @throws IllegalArgumentException when it is truncated, has a reserved rate, or a channel layout this project cannot carry
     */
    public static AudioFormat parse(byte[] audioSpecificConfig) {
        Bits bits = new Bits(audioSpecificConfig);
        int objectType = objectType(bits);
        int rate = rate(bits);
        int channelConfiguration = bits.read(4);
        boolean sbr = false;
        if (objectType == OBJECT_TYPE_SBR || objectType == OBJECT_TYPE_PS) {
            sbr = true;
            rate(bits);
            objectType = objectType(bits);
        }
        boolean shortFrame = bits.read(1) == 1;
        if (channelConfiguration < 1 || channelConfiguration > 7) {
            throw new IllegalArgumentException(
                    "AAC channel configuration " + channelConfiguration + " is not supported");
        }
        int channels = channelConfiguration == 7 ? 8 : channelConfiguration;
        return new AudioFormat(audioSpecificConfig, objectType, rate, channels, shortFrame ? 960 : 1024, sbr);
    }

    /** The two-byte AudioSpecificConfig of plain AAC-LC. */
    public static AudioFormat aacLc(int sampleRateHz, int channels) {
        int index = 0;
        while (index < SAMPLE_RATES_HZ.length && SAMPLE_RATES_HZ[index] != sampleRateHz) {
            index++;
        }
        if (index == SAMPLE_RATES_HZ.length) {
            throw new IllegalArgumentException("AAC has no sampling frequency index for " + sampleRateHz + " Hz");
        }
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

    private static int objectType(Bits bits) {
        int type = bits.read(5);
        return type == ESCAPE_OBJECT_TYPE ? 32 + bits.read(6) : type;
    }

    private static int rate(Bits bits) {
        int index = bits.read(4);
        if (index == ESCAPE_RATE) {
            int rate = bits.read(24);
            if (rate == 0) {
                throw new IllegalArgumentException("AAC sampling frequency is 0 Hz");
            }
            return rate;
        }
        if (index >= SAMPLE_RATES_HZ.length) {
            throw new IllegalArgumentException("AAC sampling frequency index " + index + " is reserved");
        }
        return SAMPLE_RATES_HZ[index];
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

    private static final class Bits {
        private final byte[] bytes;
        private int position;

        Bits(byte[] bytes) {
            this.bytes = bytes;
        }

        int read(int count) {
            if (position + count > bytes.length * 8) {
                throw new IllegalArgumentException("AudioSpecificConfig is truncated at " + bytes.length + " bytes");
            }
            int value = 0;
            for (int i = 0; i < count; i++, position++) {
                value = (value << 1) | ((bytes[position >> 3] >> (7 - (position & 7))) & 1);
            }
            return value;
        }
    }
}
