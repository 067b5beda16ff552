package io.livedub.stream.output;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides when an output that was lost or refused is published again, and when it is given up. Pure: times are clock times in nanoseconds
 * and are passed in. Not thread-safe.
 */
final class RepublishPolicy {
    /** A publication that has held for so long was no refusal: servers say no within it. */
    static final long PROVEN_NS = Duration.ofSeconds(2).toNanos();

    private static final Duration PAUSE = Duration.ofMillis(250);
    /** Longer pauses would break the contract's limit for the gap: the server's absence and one second. */
    private static final int LONGEST_PAUSE = 3;

    /** 0.25 s times two to the power of this: 32 s. */
    private static final int LONGEST_DOUBLING = 7;

    private final long graceNs;
    private long lostNs;
    private int attempts;

    /** @param grace how long a publication that has held may be lost before it is given up */
    RepublishPolicy(Duration grace) {
        this.graceNs = grace.toNanos();
    }

    /** Whether a publication that began then and fails now has been on air, so that its failure begins a new loss. */
    static boolean isProven(long sinceNs, long nowNs) {
        return nowNs - sinceNs >= PROVEN_NS;
    }

    /**
     * A publication has failed.
     *
     * @param sinceNs when it began
     * @param othersOnAir as long as another output of the stream is on air, this one is never given up
     * @return how long until the next attempt; empty: the output is given up
     */
    Optional<Duration> failed(long sinceNs, long nowNs, boolean othersOnAir) {
        boolean proven = isProven(sinceNs, nowNs);
        if (proven) {
            lostNs = nowNs;
            attempts = 0;
        }
        // A publication that never held was refused, perhaps for a reason that lasts.
        boolean wasOnAir = proven || attempts > 0;
        boolean givenUp = !wasOnAir || nowNs - lostNs >= graceNs;
        if (givenUp && !othersOnAir) {
            return Optional.empty();
        }
        if (!wasOnAir) {
            lostNs = nowNs;
        }
        return Optional.of(givenUp ? longPause(attempts++) : pause(attempts++));
    }

    /** The new publication has held. */
    void proven() {
        attempts = 0;
    }

    /** Since the loss. */
    Duration away(long nowNs) {
        return Duration.ofNanos(nowNs - lostNs);
    }

    /** At once, then after 0.25, 0.5 and 0.75 s, and each 0.75 s from then on. */
    private static Duration pause(int attempt) {
        return PAUSE.multipliedBy(Math.min(LONGEST_PAUSE, attempt));
    }

    /** Doubles up to 32 s: a server that refuses will not accept sooner for being asked often. */
    private static Duration longPause(int attempt) {
        return attempt == 0 ? Duration.ZERO : PAUSE.multipliedBy(1L << Math.min(LONGEST_DOUBLING, attempt));
    }
}
