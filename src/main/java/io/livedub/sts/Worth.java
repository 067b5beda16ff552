package io.livedub.sts;

import java.util.Collections;
import java.util.List;

/**
 * Which fragment is worth sending (contract: sts-protocol, "Overload"). A fragment that cannot be answered before its deadline would
 * take a place, and the service's time, from a later one that can.
 *
 * <ul>
 *   <li>A fresh fragment is sent when the service may answer within the time that is left, be it rarely: waiting would not improve its chance.
 *   <li>A fragment that has waited is sent when its chance is nearly that of a fresh one; else the place goes to the next fresh one. It is sent with
 *       less of a chance when it takes nothing from the next one: each answer that is known came sooner than the next fragment will.
 *   <li>Where fragments queue at the service ({@link AnswerTimes#queues}) nearly every answer must have come in time: such a fragment loses nothing
 *       by waiting here until the service has room, and can still be dropped.
 *   <li>A level of which nothing is known is tried by one at a time (by two as long as no answer has come), beyond {@link #FREELY} only above one that is known.
 *   <li>One fragment in ten, and one each 12 s, is sent whatever is known, unless another was sent in that time: else nobody would notice that
 *       the service has become quicker.
 * </ul>
 *
 * Pure, not thread-safe; times on any one clock in nanoseconds.
 */
final class Worth {
    static final int ONE_IN = 10;
    static final long AT_LEAST_EACH_NS = 12_000_000_000L;

    /** Levels that may be tried before the ones below are known; the window that a worker asks for by default. */
    static final int FREELY = 3;

    private static final int TRIED_AT_FIRST = 2;

    /** A result is worth this much more of the service's time when it comes from a fresh fragment a little later. */
    private static final double NEARLY = 0.8;

    private static final double NEARLY_ALL = 0.9;
    private static final int FIRST_TRIAL = 20;
    private static final int RAREST_TRIAL = 80;
    private static final long SHORTEST_HOLD_NS = 250_000_000L;
    private static final int LONGEST_HOLD = 4;

    private final AnswerTimes times = new AnswerTimes();
    private final long intervalNs;
    private long freshNs;
    private int sinceSent;
    private long lastSentNs;
    private boolean everSent;
    private int trialAfter = FIRST_TRIAL;
    private int sinceTrial;
    /** At this level and above it the service has said that it has no room. */
    private int fullFrom = Integer.MAX_VALUE;

    private int refusals;
    private long notBeforeNs;

    /** @param intervalNs from one fragment to the next */
    Worth(long intervalNs) {
        this.intervalNs = intervalNs;
    }

    /**
     * What is with the service.
     *
     * @param level 1 + the fragments that are with the service
     * @param overdueNs how long those are out that are out for longer than the one in question has left
     * @param trying fragments in flight that were sent at this level
     * @param inFlight fragments in flight; what has timed out here counts in the level and not here
     */
    record Load(int level, List<Long> overdueNs, int trying, int inFlight) {}

    /** A fragment has come, with so much time to its deadline. */
    void submitted(long leftNs) {
        freshNs = leftNs;
        sinceSent++;
    }

    void sent(long nowNs, boolean trial) {
        lastSentNs = nowNs;
        everSent = true;
        sinceSent = 0;
        sinceTrial = trial ? 0 : sinceTrial + 1;
        if (trial) {
            trialAfter = Math.min(RAREST_TRIAL, 2 * trialAfter);
        }
    }

    void answered(int level, long answerNs, long nowNs) {
        if (times.answered(level, answerNs, nowNs)) {
            trialAfter = FIRST_TRIAL;
        }
        refusals = 0;
        notBeforeNs = nowNs;
        if (level >= fullFrom) {
            fullFrom = Integer.MAX_VALUE;
        }
    }

    /**
     * The service has no room for one more ({@code QUEUE_FULL}) or wants fewer ({@code RATE_LIMIT}). With others at the service room comes when
     * one of them is answered; with none it is somebody else's, and asking at once again would only open the breaker.
     */
    void refused(int level, boolean forWantOfRoom, long nowNs) {
        if (forWantOfRoom && level > 1) {
            fullFrom = Math.min(fullFrom, level);
        } else {
            notBeforeNs = nowNs + (SHORTEST_HOLD_NS << Math.min(LONGEST_HOLD, refusals++));
        }
    }

    /** No fragment may be sent before this time. */
    long notBeforeNs() {
        return notBeforeNs;
    }

    /** @return whether a result can be expected in time */
    boolean expects(Load load, long leftNs, long nowNs) {
        times.forgetOld(nowNs);
        int level = load.level();
        if (level >= fullFrom) {
            return false;
        }
        AnswerTimes.AnswerSamples known = times.known(level, load.overdueNs());
        if (times.queues(level)) {
            return known.within(leftNs) >= NEARLY_ALL;
        }
        if (!times.isKnown(level)) {
            return mayTry(load, known, leftNs)
                    && (!known.isEnough() || mayCome(load, known, leftNs))
                    && leftNs > extrapolatedNs(level);
        }
        return mayCome(load, known, leftNs);
    }

    private boolean mayTry(Load load, AnswerTimes.AnswerSamples known, long leftNs) {
        if (!known.samples().isEmpty() && Collections.max(known.samples()) * load.level() <= leftNs) {
            // Even if the service works on one at a time.
            return true;
        }
        return load.trying() < (known.samples().isEmpty() ? TRIED_AT_FIRST : 1)
                && (load.inFlight() < FREELY || times.isKnown(load.level() - 1));
    }

    /** Where a level below queues, one more waits longer still. */
    private long extrapolatedNs(int level) {
        for (int below = level - 1; below > 1; below--) {
            if (times.queues(below)) {
                return times.longestNs(below) + (times.meanNs(below) - times.meanNs(1)) / below;
            }
        }
        return 0;
    }

    private boolean mayCome(Load load, AnswerTimes.AnswerSamples known, long leftNs) {
        if (!known.mayBeWithin(leftNs)) {
            return false;
        }
        return isOverBeforeTheNext(load, known, leftNs)
                || known.within(leftNs) >= NEARLY * known.within(Math.max(leftNs, freshNs));
    }

    /** The newest fragment has waited by as much as it has less time left now; the ones before it by more than an interval. */
    private boolean isOverBeforeTheNext(Load load, AnswerTimes.AnswerSamples known, long leftNs) {
        long nextInNs = intervalNs - (freshNs - leftNs);
        return load.overdueNs().isEmpty() && Collections.max(known.samples()) <= nextInNs;
    }

    /** Whether this one is to be sent although no result is expected in time: nothing was for so long. */
    boolean isProbe(long nowNs) {
        return everSent
                && nowNs - lastSentNs > 0
                && (sinceSent >= ONE_IN || nowNs - lastSentNs + intervalNs > AT_LEAST_EACH_NS);
    }

    /** Whether a level at which fragments queue is to be tried again: the service may work on more at a time by now. Rarer each time. */
    boolean isTrial(Load load) {
        return load.level() >= fullFrom
                ? sinceTrial >= FIRST_TRIAL
                : load.level() > 1 && times.isKnown(load.level()) && sinceTrial >= trialAfter;
    }
}
