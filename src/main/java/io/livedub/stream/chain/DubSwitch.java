package io.livedub.stream.chain;

import java.time.Duration;
import java.util.Optional;

import io.livedub.media.MediaClock;

/** The operator's switch of one language's dub. Thread-safe. */
final class DubSwitch {
    private static final long ON = Long.MIN_VALUE;

    private final MediaClock clock;
    private volatile long offUntilNs = ON;

    DubSwitch(MediaClock clock) {
        this.clock = clock;
    }

    synchronized void on() {
        offUntilNs = ON;
    }

    /** @param forTime after which it is on again by itself; empty: it stays off */
    synchronized void off(Optional<Duration> forTime) {
        offUntilNs = forTime.map(time -> clock.nowNs() + time.toNanos()).orElse(Long.MAX_VALUE);
    }

    boolean isOff() {
        return clock.nowNs() < offUntilNs;
    }

    /** Whether its time is over; said once. */
    synchronized boolean isOnAgain() {
        boolean again = offUntilNs != ON && !isOff();
        if (again) {
            offUntilNs = ON;
        }
        return again;
    }
}
