package io.livedub.sts;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.livedub.media.MediaClock;

/**
 * Results handed out and not yet acknowledged to the service. Each keeps its place in the window: strict services count it as in flight until the
 * acknowledgement comes. Runs in the mailbox.
 */
final class Confirmations {
    /** After its deadline a fragment is on air or not; this long after it nothing is to be expected from the receiver. */
    private static final Duration CONFIRMED_AFTER = Duration.ofSeconds(2);

    private final Mailbox mailbox;
    private final Runnable freed;
    private final Map<String, MediaClock.Timer> awaited = new HashMap<>();

    /** @param freed a place is free again */
    Confirmations(Mailbox mailbox, Runnable freed) {
        this.mailbox = mailbox;
        this.freed = freed;
    }

    int size() {
        return awaited.size();
    }

    /** A receiver that never says what became of its result must not block the window for ever. */
    void await(PendingFragment fragment) {
        long atNs = fragment.fragment.deadlineNs() + CONFIRMED_AFTER.toNanos();
        awaited.put(fragment.id, mailbox.at(atNs, () -> confirmed(fragment.id)));
    }

    void confirmed(String id) {
        MediaClock.Timer timer = awaited.remove(id);
        if (timer != null) {
            timer.cancel();
            freed.run();
        }
    }

    void clear() {
        awaited.values().forEach(MediaClock.Timer::cancel);
        awaited.clear();
    }
}
