package io.livedub.sound;

import io.livedub.media.Pcm;

/**
 * Programme loudness by ITU-R BS.1770-4: K-weighted power of 400 ms blocks that overlap by 75 %, gated at −70 LUFS and at 10 LU under
 * what is left. The gates leave out pauses, so the loudness of a segment of speech is that of its speech. No Java library for it was
 * found; the tests compare with ffmpeg's {@code ebur128}.
 */
public final class Loudness {
    /** The loudness of silence, which the gate removes entirely. */
    public static final double SILENT = Double.NEGATIVE_INFINITY;

    /** BS.1770-4, equation 2: makes a full-scale sine of 997 Hz in one channel −3.01 LUFS. */
    private static final double OFFSET_LU = -0.691;

    private static final double ABSOLUTE_GATE_LUFS = -70;
    private static final double RELATIVE_GATE_LU = -10;
    /** Table 3 of the standard: surround channels weigh 1.5 dB more, the low-frequency channel is left out. */
    private static final double SURROUND_WEIGHT = 1.41;

    private static final int HOPS_PER_SECOND = 10;
    private static final int HOPS_PER_BLOCK = 4;

    private Loudness() {}

    /** LUFS; {@link #SILENT} for silence and for what is shorter than a block. */
    public static double of(Pcm pcm) {
        return gated(blocks(pcm));
    }

    /** Weighted power of each 400 ms block, one each 100 ms: {@code 10·seconds − 3} of them; empty when shorter than 400 ms. */
    public static double[] blocks(Pcm pcm) {
        return blocks(power(pcm), null, pcm.sampleRateHz());
    }

    /** K-weighted power of all channels together at each sample frame. */
    static float[] power(Pcm pcm) {
        float[] power = new float[pcm.sampleFrames()];
        for (int channel = 0; channel < pcm.channels(); channel++) {
            double weight = weight(channel, pcm.channels());
            if (weight > 0) {
                addPower(pcm, channel, weight, power);
            }
        }
        return power;
    }

    /**
     * Like {@link #blocks(Pcm)}, of a sound whose level was changed.
     *
     * @param samplePower of {@link #power(Pcm)}
     * @param gains factor for each sample frame, which moves slowly beside the filter's 1 ms; null for none
     */
    static double[] blocks(float[] samplePower, float[] gains, int sampleRateHz) {
        int hop = sampleRateHz / HOPS_PER_SECOND;
        int hops = samplePower.length / hop;
        double[] power = new double[hops];
        for (int i = 0; i < hops; i++) {
            double sum = 0;
            for (int at = i * hop; at < (i + 1) * hop; at++) {
                sum += gains == null ? samplePower[at] : samplePower[at] * gains[at] * gains[at];
            }
            power[i] = sum / hop;
        }
        double[] blocks = new double[Math.max(0, hops - HOPS_PER_BLOCK + 1)];
        for (int i = 0; i < blocks.length; i++) {
            for (int j = 0; j < HOPS_PER_BLOCK; j++) {
                blocks[i] += power[i + j] / HOPS_PER_BLOCK;
            }
        }
        return blocks;
    }

    private static void addPower(Pcm pcm, int channel, double weight, float[] power) {
        KWeighting filter = new KWeighting(pcm.sampleRateHz());
        float[] samples = pcm.samples();
        for (int i = 0, at = channel; i < power.length; i++, at += pcm.channels()) {
            double weighted = filter.next(samples[at]);
            power[i] += (float) (weight * weighted * weighted);
        }
    }

    /** Loudness of blocks as {@link #blocks} gives them, of one piece or of several. */
    public static double gated(double[] blocks) {
        double above = mean(blocks, power(ABSOLUTE_GATE_LUFS));
        if (above == 0) {
            return SILENT;
        }
        double relative = above * Decibels.toPower(RELATIVE_GATE_LU);
        return lufs(mean(blocks, Math.max(power(ABSOLUTE_GATE_LUFS), relative)));
    }

    /** How much louder the sound of one channel is when all channels carry it: 3 LU in two of them. */
    public static double raisedByCopies(int channels) {
        double weights = 0;
        for (int channel = 0; channel < channels; channel++) {
            weights += weight(channel, channels);
        }
        return Decibels.ofPower(weights);
    }

    private static double mean(double[] blocks, double threshold) {
        double sum = 0;
        int count = 0;
        for (double block : blocks) {
            if (block > threshold) {
                sum += block;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double lufs(double power) {
        return OFFSET_LU + Decibels.ofPower(power);
    }

    private static double power(double lufs) {
        return Decibels.toPower(lufs - OFFSET_LU);
    }

    /** Channels in the order of AAC decoders here: left, right, centre, low frequencies, surround left and right. */
    private static double weight(int channel, int channels) {
        if (channels < 5 || channel < 3) {
            return 1;
        }
        boolean low = channels > 5 && channel == 3;
        return low ? 0 : SURROUND_WEIGHT;
    }
}
