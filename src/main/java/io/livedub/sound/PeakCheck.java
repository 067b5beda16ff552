package io.livedub.sound;

import java.util.List;

import io.livedub.media.Pcm;

/**
 * Finds the ceiling under which a limiter must hold a sound so that its true peak is at most -1 dBTP behind an AAC encoder. How much an
 * encoder raises a peak depends on the sound, and is known only when the sound was encoded.
 */
public final class PeakCheck {
    /** Contracts: sound, "Level". */
    static final double MOST_ON_AIR_DBTP = -1;
    /** Meters interpolate differently between samples, and a viewer's may read higher than ours. */
    private static final double METERS_DIFFER_DB = 0.15;
    /** More than any sound of PeaksBehindTheEncoderIT gained. Sound below that is not decoded. */
    private static final double MOST_RAISE_DB = 6;
    /** Taken off beside what was too much, dB, in the first and the second round: an encoder makes other noise at each level. */
    private static final double[] SPARE_DB = {0.5, 2};

    private double ceilingDb;
    private int rounds;

    /** @param ceilingDb tried first, dBTP */
    public PeakCheck(double ceilingDb) {
        this.ceilingDb = ceilingDb;
    }

    /** The ceiling to limit to, dBTP. */
    public double ceilingDb() {
        return ceilingDb;
    }

    /** Whether this sound, not encoded yet, can be too loud when it is, and can still be changed. */
    public boolean isNeeded(Pcm limited) {
        return rounds < SPARE_DB.length
                && TruePeak.reaches(limited, Decibels.toFactor(MOST_ON_AIR_DBTP - METERS_DIFFER_DB - MOST_RAISE_DB));
    }

    /**
     * Judges the sound behind the encoder; when it is too loud, {@link #ceilingDb} is lower from now on.
     *
     * @param decoded all pieces of it
     */
    public boolean isQuietEnough(List<Pcm> decoded) {
        double most = Decibels.toFactor(MOST_ON_AIR_DBTP - METERS_DIFFER_DB);
        double peak = 0;
        for (Pcm pcm : decoded) {
            peak = Math.max(peak, TruePeak.of(pcm, most));
        }
        double excessDb = 20 * Math.log10(peak / most);
        if (excessDb <= 0) {
            return true;
        }
        ceilingDb -= excessDb + SPARE_DB[rounds++];
        return false;
    }
}
