package io.livedub.stream.output;

import java.time.Duration;
import java.util.Optional;

import io.livedub.work.Backoff;

/**
 * Decides when an output that was lost or refused is published again, and when it is given up. Pure: times are clock times in nanoseconds
 * and are passed in. Not thread-safe.
 */
final class RepublishPolicy {
    /** A publication that has held for so long was no refusal: servers say no within it. */
    static final long PROVEN_NS = Duration.ofSeconds(2).toNanos();

    /** What a server may take to hand the last frames on when a publication ends on purpose. */
    static final Duration HANDED_ON = Duration.ofSeconds(1);
    /** Within it a server has noticed that the publication before has ended. */
    private static final long RENEWAL_NS = Duration.ofSeconds(10).toNanos();

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final long graceNs;
    /** Longer pauses would break the contract's limit for the gap: the server's absence and one second. */
    private final Backoff withinGrace = Backoff.growing(PAUSE, PAUSE.multipliedBy(3));

    /** A server that refuses will not accept sooner for being asked often. */
    private final Backoff afterGrace = Backoff.doubling(PAUSE.multipliedBy(2), Duration.ofSeconds(32));

    private long lostNs;
    private int attempts;
    private boolean goesOn;
    private boolean renews;
    /** Whether a publication has been on air. */
    private boolean held;

    /** @param grace how long a publication that has held may be lost before it is given up */
    RepublishPolicy(Duration grace) {
        this.graceNs = grace.toNanos();
    }

    /** Another process has published here until now: a server that has not noticed its end yet refuses the next publication. */
    void goesOn(long nowNs) {
        goesOn = true;
        held = true;
        lostNs = nowNs;
    }

    /** A publication was ended on purpose and begins anew: for a while it is asked for again also where an output has no grace. */
    void renews(long nowNs) {
        renews = true;
        held = true;
        lostNs = nowNs;
        attempts = 1;
    }

    /** From a {@link #renews} until a publication has held. */
    boolean isRenewal() {
        return renews;
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
            held = true;
            lostNs = nowNs;
            attempts = 0;
            renews = false;
        }
        // A publication that never held was refused, perhaps for a reason that lasts.
        boolean wasOnAir = proven || attempts > 0 || goesOn;
        boolean givenUp = !wasOnAir || nowNs - lostNs >= (renews ? Math.max(graceNs, RENEWAL_NS) : graceNs);
        if (givenUp && !othersOnAir) {
            return Optional.empty();
        }
        if (!wasOnAir) {
            lostNs = nowNs;
        }
        // The first attempt is made at once.
        return Optional.of((givenUp ? afterGrace : withinGrace).after(attempts++));
    }

    /** Whether it was on air, and has the time to be published again. To be asked between two publications. */
    boolean mayReturn(long nowNs) {
        return held && nowNs - lostNs < graceNs;
    }

    /** The new publication has held. */
    void proven() {
        held = true;
        attempts = 0;
        renews = false;
    }

    /** Since the loss. */
    Duration away(long nowNs) {
        return Duration.ofNanos(nowNs - lostNs);
    }
}
