package io.livedub.sound;

/**
 * The K-weighting filter of ITU-R BS.1770-4, Annex 1: a high shelf that stands for the head, then a high pass. The standard gives
 * coefficients for 48 kHz only; these are computed for any rate from the analogue filters behind them, and equal the standard's at
 * 48 kHz to 1e-9 (KWeightingTest).
 *
 * <p>One channel; holds the filter's memory.
 */
final class KWeighting {
    /** Corner, gain and quality of the shelf, and corner and quality of the high pass: what the standard's 48 kHz coefficients come from. */
    private static final double SHELF_HZ = 1681.974450955533;

    private static final double SHELF_DB = 3.999843853973347;
    private static final double SHELF_Q = 0.7071752369554196;
    private static final double PASS_HZ = 38.13547087602444;
    private static final double PASS_Q = 0.5003270373238773;

    /** Numerator b0, b1, b2 and denominator a1, a2 of the shelf and of the high pass. */
    private final double[] shelf;

    private final double[] pass;
    private double s1;
    private double s2;
    private double p1;
    private double p2;

    KWeighting(int sampleRateHz) {
        this.shelf = shelf(sampleRateHz);
        this.pass = pass(sampleRateHz);
    }

    static double[] shelf(int sampleRateHz) {
        double k = Math.tan(Math.PI * SHELF_HZ / sampleRateHz);
        double high = Decibels.toFactor(SHELF_DB);
        double band = Math.pow(high, 0.4996667741545416);
        double a0 = 1 + k / SHELF_Q + k * k;
        return new double[] {
            (high + band * k / SHELF_Q + k * k) / a0,
            2 * (k * k - high) / a0,
            (high - band * k / SHELF_Q + k * k) / a0,
            2 * (k * k - 1) / a0,
            (1 - k / SHELF_Q + k * k) / a0
        };
    }

    static double[] pass(int sampleRateHz) {
        double k = Math.tan(Math.PI * PASS_HZ / sampleRateHz);
        double a0 = 1 + k / PASS_Q + k * k;
        return new double[] {1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / PASS_Q + k * k) / a0};
    }

    /** The next sample, weighted. */
    double next(double x) {
        double y = shelf[0] * x + s1;
        s1 = shelf[1] * x - shelf[3] * y + s2;
        s2 = shelf[2] * x - shelf[4] * y;
        double z = pass[0] * y + p1;
        p1 = pass[1] * y - pass[3] * z + p2;
        p2 = pass[2] * y - pass[4] * z;
        return z;
    }
}
