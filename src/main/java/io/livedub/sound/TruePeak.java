package io.livedub.sound;

import java.util.Arrays;

import io.livedub.media.Pcm;

/**
 * Peaks of the sound between its samples, by ITU-R BS.1770-4, Annex 2: four times oversampling with a windowed sinc. Its 24 taps a phase
 * are twice the standard's own, which reads up to 0.5 dB too low near the highest frequencies.
 */
public final class TruePeak {
    private static final int FACTOR = 4;
    private static final int TAPS = 24;
    /** Divides the taps. */
    private static final int AT_ONCE = 4;

    /** Small, so that between two syllables little is looked at. */
    private static final int BLOCK = 64;

    private static final float[][] PHASES = phases();
    /** No point between samples is higher than this times the highest sample of its surroundings. */
    private static final float MOST_GROWTH = growth();

    private TruePeak() {}

    /** The highest absolute value, between the samples as well; 1 is full scale. */
    public static double of(Pcm pcm) {
        return of(pcm, 0);
    }

    /** @param floor a peak under it need not be exact, which is quicker */
    static double of(Pcm pcm, double floor) {
        float most = 0;
        for (float peak : peaks(pcm, (float) floor)) {
            most = Math.max(most, peak);
        }
        return most;
    }

    /** Whether the true peak may be as high as that. Quick, and true also for some sound that is up to 3 dB lower. */
    static boolean reaches(Pcm pcm, double peak) {
        double sample = peak / Math.sqrt(2);
        for (float each : pcm.samples()) {
            if (Math.abs(each) >= sample) {
                return true;
            }
        }
        return false;
    }

    /**
     * For each sample of all channels together, the highest absolute value from it to the next one.
     *
     * @param floor values under it need not be exact: sound that cannot reach it is not oversampled
     */
    static float[] peaks(Pcm pcm, float floor) {
        return peaks(pcm, floor, null);
    }

    /** @param gains 1 in what need not be looked at: it stays 0 in the result; null for all */
    static float[] peaks(Pcm pcm, float floor, float[] gains) {
        boolean[] wanted = changed(gains, pcm.sampleFrames());
        int frames = pcm.sampleFrames();
        float[] peaks = new float[frames];
        float[] channel = new float[frames + 2 * TAPS];
        for (int c = 0; c < pcm.channels(); c++) {
            for (int i = 0; i < frames; i++) {
                channel[i + TAPS] = pcm.samples()[i * pcm.channels() + c];
            }
            addPeaks(channel, floor / MOST_GROWTH, wanted, peaks);
        }
        return peaks;
    }

    /** For each block, whether a gain moves a point of it. */
    private static boolean[] changed(float[] gains, int frames) {
        boolean[] changed = new boolean[(frames + BLOCK - 1) / BLOCK];
        for (int block = 0; block < changed.length; block++) {
            int to = Math.min(frames, (block + 1) * BLOCK + TAPS);
            changed[block] = gains == null;
            for (int i = Math.max(0, block * BLOCK - TAPS); i < to && !changed[block]; i++) {
                changed[block] = gains[i] != 1;
            }
        }
        return changed;
    }

    /** @param padded one channel with {@link #TAPS} samples of silence at both ends */
    private static void addPeaks(float[] padded, float harmless, boolean[] wanted, float[] peaks) {
        float[] points = new float[BLOCK];
        for (int from = 0; from < peaks.length; from += BLOCK) {
            if (!wanted[from / BLOCK]) {
                continue;
            }
            int length = Math.min(BLOCK, peaks.length - from);
            float most = 0;
            for (int i = from + TAPS / 2; i < from + length + TAPS + TAPS / 2; i++) {
                most = Math.max(most, Math.abs(padded[i]));
            }
            raise(peaks, from, padded, from + TAPS, length);
            for (int phase = 0; most >= harmless && phase < PHASES.length; phase++) {
                between(padded, from + TAPS / 2 + 1, PHASES[phase], points, length);
                raise(peaks, from, points, 0, length);
            }
        }
    }

    private static void raise(float[] peaks, int at, float[] points, int from, int length) {
        for (int i = 0; i < length; i++) {
            peaks[at + i] = Math.max(peaks[at + i], Math.abs(points[from + i]));
        }
    }

    /**
     * A few taps at a time over the whole block: the compiler makes vector instructions of that, and not of a sum for each sample. One tap at a
     * time took twice as long, as each reads and writes all points.
     */
    private static void between(float[] samples, int from, float[] taps, float[] points, int length) {
        Arrays.fill(points, 0);
        for (int tap = 0; tap < TAPS; tap += AT_ONCE) {
            float first = taps[tap];
            float second = taps[tap + 1];
            float third = taps[tap + 2];
            float fourth = taps[tap + 3];
            int at = from + tap;
            for (int i = 0; i < length; i++) {
                points[i] += first * samples[at + i]
                        + second * samples[at + i + 1]
                        + third * samples[at + i + 2]
                        + fourth * samples[at + i + 3];
            }
        }
    }

    /** Taps for the three points between a sample and the next, [phase][tap]; each phase passes a constant unchanged. */
    private static float[][] phases() {
        float[][] phases = new float[FACTOR - 1][TAPS];
        for (int phase = 1; phase < FACTOR; phase++) {
            double sum = 0;
            double[] taps = new double[TAPS];
            for (int i = 0; i < TAPS; i++) {
                double distance = i - TAPS / 2 + 1 - (double) phase / FACTOR;
                double window = Math.cos(Math.PI * distance / (TAPS + 1));
                taps[i] = Math.sin(Math.PI * distance) / (Math.PI * distance) * window * window;
                sum += taps[i];
            }
            for (int i = 0; i < TAPS; i++) {
                phases[phase - 1][i] = (float) (taps[i] / sum);
            }
        }
        return phases;
    }

    private static float growth() {
        float most = 1;
        for (float[] taps : PHASES) {
            float sum = 0;
            for (float tap : taps) {
                sum += Math.abs(tap);
            }
            most = Math.max(most, sum);
        }
        return most;
    }
}
