package io.livedub.sound;

import io.livedub.media.Pcm;

/** When somebody speaks in a sound that holds speech and nothing else, as a dub does. */
final class Speech {
    /** Under the loudest 10 ms: the quietest sounds of a voice lie about 30 dB under its loudest. */
    private static final double RANGE_DB = -35;
    /** Sound below this level is an encoder's noise. */
    private static final double FLOOR_DBFS = -60;

    private static final int WINDOW_MS = 10;

    private Speech() {}

    /** @return for each millisecond, also the last begun one, whether the 10 ms around it sound */
    static boolean[] perMs(Pcm pcm) {
        double[] power = powerPerMs(pcm);
        double[] around = new double[power.length];
        double most = 0;
        for (int i = 0; i < power.length; i++) {
            int from = Math.max(0, i - WINDOW_MS / 2);
            int to = Math.min(power.length, i + WINDOW_MS / 2);
            for (int j = from; j < to; j++) {
                around[i] += power[j] / (to - from);
            }
            most = Math.max(most, around[i]);
        }
        double threshold = Math.max(Decibels.toPower(FLOOR_DBFS), most * Decibels.toPower(RANGE_DB));
        boolean[] speech = new boolean[power.length];
        for (int i = 0; i < power.length; i++) {
            speech[i] = around[i] >= threshold;
        }
        return speech;
    }

    /** Mean power of all channels in each millisecond. */
    static double[] powerPerMs(Pcm pcm) {
        int frames = pcm.sampleFrames();
        int length = (int) ((frames * 1000L + pcm.sampleRateHz() - 1) / pcm.sampleRateHz());
        double[] power = new double[length];
        for (int ms = 0; ms < length; ms++) {
            int from = (int) ((long) ms * pcm.sampleRateHz() / 1000);
            int to = Math.max(from + 1, (int) Math.min(frames, (ms + 1L) * pcm.sampleRateHz() / 1000));
            double sum = 0;
            for (int i = from * pcm.channels(); i < to * pcm.channels(); i++) {
                sum += (double) pcm.samples()[i] * pcm.samples()[i];
            }
            power[ms] = sum / ((to - from) * pcm.channels());
        }
        return power;
    }
}
