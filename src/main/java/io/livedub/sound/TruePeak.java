package io.livedub.sound;

import io.livedub.media.Pcm;

/**
 * Peaks of the sound between its samples, by ITU-R BS.1770-4, Annex 2: four times oversampling with a windowed sinc. Its 24 taps a phase
 * are twice the standard's own, which reads up to 0.5 dB too low near the highest frequencies.
 */
public final class TruePeak {
    private static final int FACTOR = 4;
    private static final int TAPS = 24;
    private static final float[][] PHASES = phases();
    /** No point between samples is higher than this times the highest sample of its surroundings. */
    private static final float MOST_GROWTH = growth();

    private TruePeak() {}

    /** The highest absolute value, between the samples as well; 1 is full scale. */
    public static double of(Pcm pcm) {
        float most = 0;
        for (float peak : peaks(pcm, 0)) {
            most = Math.max(most, peak);
        }
        return most;
    }

    /**
     * For each sample of all channels together, the highest absolute value from it to the next one.
     *
     * @param floor values under it need not be exact: sound that cannot reach it is not oversampled
     */
    static float[] peaks(Pcm pcm, float floor) {
        int frames = pcm.sampleFrames();
        float[] peaks = new float[frames];
        float[] channel = new float[frames + 2 * TAPS];
        for (int c = 0; c < pcm.channels(); c++) {
            for (int i = 0; i < frames; i++) {
                channel[i + TAPS] = pcm.samples()[i * pcm.channels() + c];
            }
            addPeaks(channel, floor / MOST_GROWTH, peaks);
        }
        return peaks;
    }

    /** @param padded one channel with {@link #TAPS} samples of silence at both ends */
    private static void addPeaks(float[] padded, float harmless, float[] peaks) {
        int loudUntil = -1;
        int seen = TAPS;
        for (int i = 0; i < peaks.length; i++) {
            int last = Math.min(padded.length - 1, i + TAPS + TAPS / 2);
            for (; seen <= last; seen++) {
                if (Math.abs(padded[seen]) >= harmless) {
                    loudUntil = seen + TAPS;
                }
            }
            peaks[i] = Math.max(peaks[i], Math.abs(padded[i + TAPS]));
            if (i + TAPS <= loudUntil) {
                peaks[i] = Math.max(peaks[i], between(padded, i + TAPS));
            }
        }
    }

    private static float between(float[] samples, int at) {
        float most = 0;
        int from = at - TAPS / 2 + 1;
        for (float[] taps : PHASES) {
            float sum = 0;
            for (int i = 0; i < TAPS; i++) {
                sum += taps[i] * samples[from + i];
            }
            most = Math.max(most, Math.abs(sum));
        }
        return most;
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
