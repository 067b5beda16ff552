package io.livedub.sound;

import java.util.Arrays;
import java.util.OptionalInt;

import io.livedub.media.Pcm;

/**
 * Finds where a segment may be cut without cutting a word: the quietest place of its last third (contracts: sound, "Cuts").
 *
 * <p>The closure before a p or t inside a word is as silent as a pause between sentences, only shorter. So of all places that are about
 * as quiet as the quietest one, the longest is taken. Taking simply the quietest cut 30 % of the words.
 */
public final class PauseFinder {
    /** How far under its surroundings a place must be, and how short it may be: the contract's. */
    static final double MIN_DEPTH_DB = 6;

    static final int MIN_LENGTH_MS = 60;
    /** Surroundings: half a second on both sides, a few syllables. */
    static final int AROUND_MS = 500;
    /** Places within this of the quietest one count as equally quiet: background music moves by so much. */
    private static final double EQUAL_DB = 8;
    /** Under this everything is silence: what an encoder leaves of a pause lies 50 dB and more under the speech. */
    private static final double RANGE_DB = -45;

    private static final double FLOOR_POWER = 1e-9;

    private PauseFinder() {}

    /**
     * @param sound as much as is known around the place to be searched
     * @param fromMs where the search begins; {@code toMs} where it ends
     * @return the middle of the place, in milliseconds of {@code sound}; empty when nothing is quiet enough
     */
    public static OptionalInt find(Pcm sound, int fromMs, int toMs) {
        double[] sums = sums(Speech.powerPerMs(sound));
        int from = Math.max(0, fromMs);
        int to = Math.min(toMs, sums.length - 1);
        double quietest = Double.MAX_VALUE;
        for (int at = from; at + MIN_LENGTH_MS <= to; at++) {
            double power = mean(sums, at, at + MIN_LENGTH_MS);
            if (power < quietest && isUnder(sums, at, power)) {
                quietest = power;
            }
        }
        return quietest == Double.MAX_VALUE
                ? OptionalInt.empty()
                : OptionalInt.of(longest(sums, from, to, quietest * Decibels.toPower(EQUAL_DB)));
    }

    private static double[] sums(double[] power) {
        double loudest = Arrays.stream(power).max().orElse(0);
        double floor = Math.max(FLOOR_POWER, loudest * Decibels.toPower(RANGE_DB));
        double[] sums = new double[power.length + 1];
        for (int i = 0; i < power.length; i++) {
            sums[i + 1] = sums[i] + Math.max(floor, power[i]);
        }
        return sums;
    }

    /** Middle of the longest stretch whose places of 20 ms are all at most that loud. */
    private static int longest(double[] sums, int from, int to, double most) {
        int window = MIN_LENGTH_MS / 3;
        int best = from;
        int length = -1;
        int begin = -1;
        for (int at = from; at + window <= to + 1; at++) {
            boolean quiet = at + window <= to && mean(sums, at, at + window) <= most;
            if (quiet && begin < 0) {
                begin = at;
            } else if (!quiet && begin >= 0) {
                int end = at - 1 + window;
                if (end - begin > length) {
                    length = end - begin;
                    best = (begin + end) / 2;
                }
                begin = -1;
            }
        }
        return best;
    }

    private static double mean(double[] sums, int from, int to) {
        return (sums[to] - sums[from]) / (to - from);
    }

    private static boolean isUnder(double[] sums, int at, double power) {
        int from = Math.max(0, at - AROUND_MS);
        int to = Math.min(sums.length - 1, at + MIN_LENGTH_MS + AROUND_MS);
        double around = sums[to] - sums[from] - (sums[at + MIN_LENGTH_MS] - sums[at]);
        int count = to - from - MIN_LENGTH_MS;
        return count > 0 && around / count >= power * Decibels.toPower(MIN_DEPTH_DB);
    }
}
