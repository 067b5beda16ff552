package io.livedub.sts;

import java.time.Duration;

import io.livedub.media.MediaClock;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/**
 * What the service asked of the sending side. A {@code pause} ends by itself: after {@code pauseProbe} without another word one
 * fragment is let through. Its result (any sign that the service works) clears the pause; without one the next probe comes
 * after the same time again.
 */
final class Backpressure {
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final Duration pauseProbe;
    private final Runnable wake;

    private Action action = Action.NONE;
    private long delayNs;
    private boolean probeDue;
    private MediaClock.Timer timer = () -> {};

    /** @param wake called when something may be sent that could not before */
    Backpressure(Mailbox mailbox, MediaClock clock, Duration pauseProbe, Runnable wake) {
        this.mailbox = mailbox;
        this.clock = clock;
        this.pauseProbe = pauseProbe;
        this.wake = wake;
    }

    boolean inForce() {
        return action != Action.NONE;
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
    boolean lets(Job job) {
        return switch (action) {
            case NONE -> true;
            case PAUSE -> probeDue;
            case SLOW_DOWN -> slowly(job);
        };
    }

    /** This one is being sent. */
    void sent(Job job) {
        job.slowUntilNs = null;
        job.probesPause = action == Action.PAUSE;
        if (job.probesPause) {
            probeDue = false;
            probeAfterAWhile();
        }
    }

    /** A result came for this one. */
    void answered(Job job) {
        if (job.probesPause && action == Action.PAUSE) {
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

    private boolean slowly(Job job) {
        long nowNs = clock.nowNs();
        if (job.slowUntilNs == null) {
            job.slowUntilNs = nowNs + delayNs;
        }
        if (job.slowUntilNs - nowNs <= 0) {
            return true;
        }
        timer.cancel();
        timer = mailbox.at(job.slowUntilNs, wake);
        return false;
    }
}
