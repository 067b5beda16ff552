package io.livedub.sts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * How long a service needs for an answer, by its load: a sample is kept under its <em>level</em>, the number of fragments that the service had with
 * it when it was sent. A service that works on three at a time shows the same times at levels 1 to 3 and longer ones at 4; a service that
 * works on one at a time shows it at level 2. One figure for all levels was rejected: such a service would look slow as soon as two
 * fragments are sent to it, although it is quick for one.
 *
 * <p>Good and late answers count alike. Times and now are nanoseconds of any one clock. Pure, not thread-safe.
 */
final class AnswerTimes {
    static final int LEVELS = 10;
    static final int REMEMBERED = 16;
    /** Samples without which nothing is believed of a level: the first answer of a service is often slow. */
    static final int EVIDENCE = 2;
    /** After so long without any answer the service may be another one. */
    static final long FORGOTTEN_NS = 60_000_000_000L;

    /** A new sample so much shorter than all before it shows that the service has become quicker, and the old ones say nothing more. */
    private static final double QUICKER = 0.8;
    /** Answers that are longer by this factor than all before them, several in a row, show that the service has become slower. */
    private static final double SLOWER = 1.25;

    private static final int SLOWER_IN_A_ROW = 3;
    /** A level whose mean is so much above that of the lowest level queues. */
    private static final double QUEUES = 1.12;

    private final List<Deque<Long>> levels = new ArrayList<>();
    private long lastNs;

    AnswerTimes() {
        for (int level = 1; level <= LEVELS; level++) {
            levels.add(new ArrayDeque<>());
        }
    }

    /** @return whether what was known before has been forgotten, because the service has become quicker */
    boolean answered(int level, long answerNs, long nowNs) {
        forgetOld(nowNs);
        lastNs = nowNs;
        boolean quicker = isQuicker(level, answerNs);
        if (quicker) {
            levels.forEach(Deque::clear);
        }
        add(level, answerNs);
        return quicker;
    }

    void forgetOld(long nowNs) {
        if (nowNs - lastNs > FORGOTTEN_NS) {
            levels.forEach(Deque::clear);
        }
    }

    private void add(int level, long answerNs) {
        Deque<Long> samples = at(level);
        samples.addLast(answerNs);
        if (samples.size() > REMEMBERED) {
            samples.removeFirst();
        }
        if (isSlower(samples)) {
            while (samples.size() > SLOWER_IN_A_ROW) {
                samples.removeFirst();
            }
        }
    }

    private boolean isQuicker(int level, long answerNs) {
        List<Long> before = new ArrayList<>();
        for (int lower = 1; lower <= clamp(level); lower++) {
            before.addAll(at(lower));
        }
        return before.size() > EVIDENCE && answerNs < QUICKER * Collections.min(before);
    }

    private static boolean isSlower(Deque<Long> samples) {
        List<Long> all = List.copyOf(samples);
        int rest = all.size() - SLOWER_IN_A_ROW;
        return rest > 0
                && Collections.min(all.subList(rest, all.size())) > SLOWER * Collections.max(all.subList(0, rest));
    }

    private Deque<Long> at(int level) {
        return levels.get(clamp(level) - 1);
    }

    private static int clamp(int level) {
        return Math.max(1, Math.min(LEVELS, level));
    }

    boolean isKnown(int level) {
        return at(level).size() >= EVIDENCE;
    }

    /** Whether a fragment waits for others at this level: its answers take distinctly longer than those at the lowest level with any. */
    boolean queues(int level) {
        int lowest = 1;
        while (lowest < level && at(lowest).isEmpty()) {
            lowest++;
        }
        return lowest < level && !at(level).isEmpty() && mean(at(level)) > QUEUES * mean(at(lowest));
    }

    /** The longest answer at this level, ns; 0 without a sample. */
    long longestNs(int level) {
        return at(level).stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** The mean of the answers at this level, ns; 0 without a sample. */
    long meanNs(int level) {
        return (long) mean(at(level));
    }

    private static double mean(Deque<Long> samples) {
        return samples.stream().mapToLong(Long::longValue).average().orElse(0);
    }

    /**
     * The samples of a level, including fragments whose answer is overdue.
     *
     * @param overdueNs how long fragments of up to this level have been out that are out for longer than there is time
     */
    AnswerSamples known(int level, List<Long> overdueNs) {
        List<Long> samples = new ArrayList<>(overdueNs);
        samples.addAll(at(level));
        if (!queues(level)) {
            // Levels that do not queue show the same times: the more samples, the better.
            for (int other = 1; other <= LEVELS; other++) {
                if (other != clamp(level) && !queues(other)) {
                    samples.addAll(at(other));
                }
            }
        }
        return new AnswerSamples(samples);
    }

    /** Samples, and what they say. */
    record AnswerSamples(List<Long> samples) {
        boolean isEnough() {
            return samples.size() >= EVIDENCE;
        }

        /** The share of answers that came within this time. */
        double within(long leftNs) {
            return samples.stream().filter(answer -> answer <= leftNs).count() / (double) samples.size();
        }

        /**
         * Whether an answer within this time is to be expected at all, be it rarely. From a few answers that took longer it is judged by their
         * spread: 6.0 and 6.1 s say that 5 s are not enough, 6 and 9 s do not.
         */
        boolean mayBeWithin(long leftNs) {
            long shortest = Collections.min(samples);
            long spread = Collections.max(samples) - shortest;
            return shortest - 2 * spread / Math.max(1, samples.size() - 1) <= leftNs;
        }
    }
}
