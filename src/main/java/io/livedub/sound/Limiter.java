package io.livedub.sound;

import java.util.Arrays;

import io.livedub.media.Pcm;

/**
 * Keeps the true peak under a ceiling by turning the level down ahead of a peak, never by clipping. Sound that stays below is not changed
 * at all.
 *
 * <p>An AAC encoder changes the wave form, so the ceiling before it is lower than what the contract allows on air. Behind the encoder the
 * peaks of speech were up to 0.2 dB higher than before it, those of tones 1.9 dB, those of noise 4.7 dB ({@code PeaksBehindTheEncoderIT}).
 * {@link #CEILING_DBTP} is right for speech and tones; for noise it would have to be so low that loud speech lost its level, so what was
 * encoded is decoded and limited once more where that is needed ({@link PeakCheck}).
 *
 * <p>The gain of a peak is held for 5 ms on both sides, so a voice down to 50 Hz, whose peaks come each 10 ms, is turned down and not
 * bent. Behind that the level comes back at 300 dB a second; at 60 dB a second speech of −16 LUFS lost more than 1 LU.
 */
public final class Limiter {
    /** 1.8 dB under what the contract allows on air (sound, "Level"). */
    public static final double CEILING_DBTP = -2.8;
    /** Held back: the gain moves between two samples, and other meters interpolate otherwise. */
    private static final double HEADROOM_DB = 0.1;

    private static final int LOOK_AHEAD_MS = 5;
    private static final double RELEASE_DB_PER_S = 300;
    /** The gain moves while it turns a peak down, which leaves up to 0.6 dB of it; after the second pass that is 0.03 dB. */
    private static final int MOST_PASSES = 2;

    private Limiter() {}

    /** The same object when nothing in it is too loud. */
    public static Pcm limit(Pcm pcm) {
        return limit(pcm, 0, CEILING_DBTP, CEILING_DBTP);
    }

    /** @param firstDb ceiling of the sample frames before {@code from}, dBTP; {@code thenDb} holds from there on */
    static Pcm limit(Pcm pcm, int from, double firstDb, double thenDb) {
        float first = ceiling(firstDb);
        float then = ceiling(thenDb);
        Pcm limited = pcm;
        float[] gains = null;
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            // Where the first pass changed nothing, nothing was too loud.
            gains = gains(
                    TruePeak.peaks(limited, Math.min(first, then), gains), 1, pcm.sampleRateHz(), from, first, then);
            if (gains == null) {
                break;
            }
            limited = changed(limited, gains);
        }
        return limited;
    }

    private static float ceiling(double db) {
        return (float) Decibels.toFactor(db - HEADROOM_DB);
    }

    /**
     * The factor for each sample frame of a sound whose peaks were measured at another level.
     *
     * @param peaks of {@link TruePeak#peaks}; those under the ceiling need not be exact
     * @param factor of the level
     * @return null when nothing is too loud
     */
    static float[] gains(float[] peaks, double factor, int sampleRateHz) {
        return gains(peaks, (float) factor, sampleRateHz, 0, ceiling(CEILING_DBTP), ceiling(CEILING_DBTP));
    }

    private static float[] gains(float[] peaks, float factor, int sampleRateHz, int from, float first, float then) {
        boolean loud = false;
        float[] wanted = new float[peaks.length];
        for (int i = 0; i < peaks.length; i++) {
            float ceiling = i < from ? first : then;
            float peak = peaks[i] * factor;
            loud |= peak > ceiling;
            wanted[i] = peak > ceiling ? ceiling / peak : 1;
        }
        if (!loud) {
            return null;
        }
        int reach = Math.max(1, sampleRateHz * LOOK_AHEAD_MS / 1000);
        return smoothed(released(held(wanted, reach), sampleRateHz), reach);
    }

    private static Pcm changed(Pcm pcm, float[] gains) {
        float[] samples = Arrays.copyOf(pcm.samples(), pcm.samples().length);
        for (int i = 0; i < samples.length; i++) {
            samples[i] *= gains[i / pcm.channels()];
        }
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), samples);
    }

    /** The least gain of the samples from {@code reach} before to {@code reach} behind, so that the mean over them is low enough. */
    private static float[] held(float[] wanted, int reach) {
        int[] queue = new int[wanted.length];
        int head = 0;
        int tail = 0;
        float[] held = new float[wanted.length];
        for (int i = 0; i < wanted.length + reach; i++) {
            if (i < wanted.length) {
                while (tail > head && wanted[queue[tail - 1]] >= wanted[i]) {
                    tail--;
                }
                queue[tail++] = i;
            }
            int at = i - reach;
            if (at >= 0) {
                while (queue[head] < at - reach) {
                    head++;
                }
                held[at] = wanted[queue[head]];
            }
        }
        return held;
    }

    private static float[] released(float[] held, int sampleRateHz) {
        float rise = (float) Decibels.toFactor(RELEASE_DB_PER_S / sampleRateHz);
        float gain = 1;
        for (int i = 0; i < held.length; i++) {
            gain = Math.min(held[i], Math.min(1, gain * rise));
            held[i] = gain;
        }
        return held;
    }

    /** Mean from {@code reach} before to {@code reach} behind; at the ends over what is there. */
    private static float[] smoothed(float[] gain, int reach) {
        float[] smooth = new float[gain.length];
        double sum = 0;
        int count = 0;
        for (int i = 0; i < gain.length + reach; i++) {
            if (i < gain.length) {
                sum += gain[i];
                count++;
            }
            if (i > 2 * reach) {
                sum -= gain[i - 2 * reach - 1];
                count--;
            }
            if (i >= reach) {
                smooth[i - reach] = (float) (sum / count);
            }
        }
        return smooth;
    }
}
