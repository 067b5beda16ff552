package io.livedub.sound;

import io.livedub.media.Pcm;

/**
 * Finds the gain with which a sound has a wanted loudness behind the limiter. Speech of -16 LUFS loses up to 3 LU there, so more than the
 * difference has to be given.
 *
 * <p>Peaks and weighted power of the sound are measured once. Each gain that is tried costs a pass over them: limiting and measuring the
 * sound itself for each took ten times as long.
 */
public final class LimitedLevel {
    /** More is not given: louder sound than that is limited so much that it is no longer natural. */
    private static final double MOST_MORE_DB = 6;

    private static final int MOST_TRIES = 8;
    private static final double NEAR_LU = 0.05;

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
        double ceiling = Decibels.toFactor(Limiter.CEILING_DBTP - gainDb - MOST_MORE_DB);
        if (!TruePeak.reaches(pcm, ceiling * Decibels.toFactor(MOST_MORE_DB))) {
            return gainDb;
        }
        float[] peaks = TruePeak.peaks(pcm, (float) ceiling);
        double wanted = lufs() + gainDb;
        double given = gainDb;
        for (int i = 0; i < MOST_TRIES; i++) {
            float[] gains = Limiter.gains(peaks, Decibels.toFactor(given), pcm.sampleRateHz());
            double missing = gains == null
                    ? gainDb - given
                    : wanted - given - Loudness.gated(Loudness.blocks(power, gains, pcm.sampleRateHz()));
            if (!(Math.abs(missing) > NEAR_LU)) {
                break;
            }
            given = Math.min(given + missing, gainDb + MOST_MORE_DB);
        }
        return given;
    }
}
