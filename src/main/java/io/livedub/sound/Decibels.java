package io.livedub.sound;

/** Ratios of amplitudes and of powers as decibels. */
public final class Decibels {
    private Decibels() {}

    /** The factor for samples: −6 dB is about a half. */
    public static double toFactor(double db) {
        return Math.pow(10, db / 20);
    }

    /** The ratio of powers: −3 dB is about a half. */
    static double toPower(double db) {
        return Math.pow(10, db / 10);
    }

    /** {@link Double#NEGATIVE_INFINITY} for silence. */
    public static double ofPower(double power) {
        return 10 * Math.log10(power);
    }
}
