package io.livedub.sts;

import java.time.Duration;

import io.livedub.media.MediaClock;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/**
 * What the service asked of the sending side. A {@code pause} ends by itself: after {@code pauseProbe} without another word one
 * fragment is let through. Its result (any sign that the service works) clears the pause; without one the next probe comes
 * after the same time again.
 */
final class SendingPace {
    private final PendingFragments pending;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final Duration pauseProbe;
    private final Runnable wake;

    private Action action = Action.NONE;
    private long delayNs;
    private boolean probeDue;
    private MediaClock.Timer timer = () -> {};

    /** @param wake called when something may be sent that could not before */
    SendingPace(PendingFragments pending, Mailbox mailbox, MediaClock clock, Duration pauseProbe, Runnable wake) {
        this.pending = pending;
        this.mailbox = mailbox;
        this.clock = clock;
        this.pauseProbe = pauseProbe;
        this.wake = wake;
    }

    boolean inForce() {
        return action != Action.NONE;
    }

    /** Whether just this is in force already: a service may say it with every fragment. */
    boolean isAsked(Action asked, long delayMs) {
        return action == asked
                && (asked != Action.SLOW_DOWN
                        || delayNs == Duration.ofMillis(delayMs).toNanos());
    }

    /** A pause has lasted for so long that one fragment is to be sent, whatever is known of the service. */
    boolean isProbing() {
        return probeDue;
    }

    void set(Action asked, long delayMs) {
        clear();
        action = asked;
        delayNs = Duration.ofMillis(delayMs).toNanos();
        if (asked == Action.PAUSE) {
            probeAfterAWhile();
        }
    }

    /** A new session owes nothing to what the last one was told. */
    void clear() {
        timer.cancel();
        action = Action.NONE;
        probeDue = false;
    }

    /** Whether this one may be sent now; when not, {@code wake} is called when it is time to ask again. */
    boolean lets(PendingFragment fragment) {
        return switch (action) {
            case NONE -> true;
            case PAUSE -> probeDue;
            case SLOW_DOWN -> slowly(fragment);
        };
    }

    /**
     * A fragment is being sent.
     *
     * @return whether it probes a pause
     */
    boolean sent() {
        boolean probes = action == Action.PAUSE;
        if (probes) {
            probeDue = false;
            probeAfterAWhile();
        }
        return probes;
    }

    /** A result came for what was sent so. */
    void answered(FragmentState.Sending sending) {
        if (sending.probesPause() && action == Action.PAUSE) {
            clear();
        }
    }

    private void probeAfterAWhile() {
        timer.cancel();
        timer = mailbox.at(clock.nowNs() + pauseProbe.toNanos(), () -> {
            probeDue = true;
            wake.run();
        });
    }

    private boolean slowly(PendingFragment fragment) {
        long nowNs = clock.nowNs();
        long untilNs = fragment.waiting().slowUntilNs().orElse(nowNs + delayNs);
        pending.slowedUntil(fragment, untilNs);
        if (untilNs - nowNs <= 0) {
            return true;
        }
        timer.cancel();
        timer = mailbox.at(untilNs, wake);
        return false;
    }
}
