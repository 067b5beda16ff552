package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * {@code WORKER_AV_OFFSET_NS=auto}: how long after a segment is complete it should air, from how long STS really takes:
 * 1.5 × the longest round trip of the last five minutes + 1 s.
 *
 * <p>It grows with the first longer round trip, not with the first miss: the delay follows by 1 % only, which is 60
 * ms for a segment of 6 s, so three seconds take five minutes and every segment counts. It shrinks when what made it
 * grow is five minutes past.
 *
 * <p>Pure and not thread-safe; times on any clock, in nanoseconds.
 */
public final class AutoOffset {
    /** Contract: never less than this. */
    public static final long LEAST_NS = 700_000_000L;

    static final long CALM_NS = 300_000_000_000L;
    private static final long ADDED_NS = 1_000_000_000L;
    /** When nothing was ever answered in time: the offset of a stream that does not say auto. */
    private static final long UNKNOWN_NS = 6_000_000_000L;
    /** Five minutes of one-second segments. */
    private static final int MOST_SAMPLES = 600;

    private record Sample(long atNs, long roundTripNs) {}

    private final long mostNs;
    // Only those not followed by a longer one: the first is the longest of the window.
    private final Deque<Sample> longest = new ArrayDeque<>();
    private long targetNs;

    /** @param mostNs WORKER_STS_TIMEOUT_MS: a longer round trip is a failure anyway */
    public AutoOffset(long mostNs) {
        this.mostNs = mostNs;
    }

    /** A result came, in time or not. */
    public void roundTrip(long roundTripNs, long nowNs) {
        while (!longest.isEmpty() && longest.peekLast().roundTripNs() <= roundTripNs) {
            longest.removeLast();
        }
        longest.addLast(new Sample(nowNs, roundTripNs));
        if (longest.size() > MOST_SAMPLES) {
            longest.removeFirst();
        }
        update(nowNs);
    }

    /**
     * A segment aired undubbed because its result did not come by its deadline.
     *
     * @param budgetNs how long STS had; it would have taken more, by how much is not known
     */
    public void missed(long budgetNs, long nowNs) {
        if (targetNs == 0) {
            targetNs = clamp(UNKNOWN_NS);
        }
        roundTrip(budgetNs + budgetNs / 4, nowNs);
    }

    /** The offset to slew to; empty until the first result or miss. */
    public OptionalLong targetNs(long nowNs) {
        if (targetNs == 0) {
            return OptionalLong.empty();
        }
        update(nowNs);
        return OptionalLong.of(targetNs);
    }

    private void update(long nowNs) {
        // The last one stays: without a result there is nothing to shrink to.
        while (longest.size() > 1 && nowNs - longest.peekFirst().atNs() > CALM_NS) {
            longest.removeFirst();
        }
        long roundTrip = longest.peekFirst().roundTripNs();
        targetNs = clamp(roundTrip + roundTrip / 2 + ADDED_NS);
    }

    private long clamp(long offsetNs) {
        return Math.max(LEAST_NS, Math.min(mostNs, offsetNs));
    }
}
