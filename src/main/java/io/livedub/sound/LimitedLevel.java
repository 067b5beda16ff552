package io.livedub.sound;

import io.livedub.media.Pcm;

/**
 * Finds the gain with which a sound has a wanted loudness behind the limiter. Speech of -16 LUFS loses up to 3 LU there, so more than the
 * difference has to be given.
 *
 * <p>Peaks and weighted power of the sound are measured once, and kept for each quarter of a millisecond: the limiter's gain moves in 5 ms. So
 * a gain that is tried costs half a millisecond, and limiting and measuring the sound itself 40.
 */
public final class LimitedLevel {
    /** More is not given: louder sound than that is limited so much that it is no longer natural. */
    private static final double MOST_MORE_DB = 6;

    /** Where the limiter takes two thirds of each decibel that is given, each try leaves two thirds of what was missing. */
    private static final int MOST_TRIES = 20;

    private static final double NEAR_LU = 0.05;
    private static final int COARSE_HZ = 4000;

    private final Pcm pcm;
    private final float[] power;

    public LimitedLevel(Pcm pcm) {
        this.pcm = pcm;
        this.power = Loudness.power(pcm);
    }

    /** Loudness of the sound as it is, LUFS. */
    public double lufs() {
        return Loudness.gated(Loudness.blocks(power, null, pcm.sampleRateHz()));
    }

    /**
     * Gain before the limiter.
     *
     * @param gainDb by how much the sound shall be louder behind the limiter
     * @return that, or more where the limiter takes some of it
     */
    public double gainDb(double gainDb) {
        int step = Math.max(1, pcm.sampleRateHz() / COARSE_HZ);
        int coarseHz = pcm.sampleRateHz() / step;
        float[] peaks = peaks(step);
        float[] powers = means(power, step);
        double wanted = Loudness.gated(Loudness.blocks(powers, null, coarseHz)) + gainDb;
        double given = gainDb;
        for (int i = 0; i < MOST_TRIES; i++) {
            float[] gains = Limiter.gains(peaks, Decibels.toFactor(given), coarseHz);
            double missing = gains == null
                    ? gainDb - given
                    : wanted - given - Loudness.gated(Loudness.blocks(powers, gains, coarseHz));
            if (!(Math.abs(missing) > NEAR_LU)) {
                break;
            }
            given = Math.min(given + missing, gainDb + MOST_MORE_DB);
        }
        return given;
    }

    /** Of the samples, not between them: speech is 0.1 dB higher there, and to know that took as long as all the rest. */
    private float[] peaks(int step) {
        float[] peaks = new float[(pcm.sampleFrames() + step - 1) / step];
        float[] samples = pcm.samples();
        for (int frame = 0, at = 0; frame < pcm.sampleFrames(); frame++) {
            for (int channel = 0; channel < pcm.channels(); channel++, at++) {
                peaks[frame / step] = Math.max(peaks[frame / step], Math.abs(samples[at]));
            }
        }
        return peaks;
    }

    private static float[] means(float[] values, int step) {
        float[] means = new float[(values.length + step - 1) / step];
        for (int i = 0; i < values.length; i++) {
            means[i / step] += values[i] / step;
        }
        return means;
    }
}
