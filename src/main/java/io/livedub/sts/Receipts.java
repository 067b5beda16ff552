package io.livedub.sts;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Outgoing;

/** Acknowledges each result to the service once, as {@code applied} or {@code received}. Runs in the mailbox. */
final class Receipts {
    private final InstantSource wallClock;
    private final Consumer<StreamEvent> events;
    private final SessionConnection connection;
    private final Results results = new Results();
    private final Confirmations unconfirmed;

    /** @param freed a place of the window is free again */
    Receipts(
            Mailbox mailbox,
            InstantSource wallClock,
            Consumer<StreamEvent> events,
            SessionConnection connection,
            Runnable freed) {
        this.wallClock = wallClock;
        this.events = events;
        this.connection = connection;
        this.unconfirmed = new Confirmations(mailbox, freed);
    }

    /** Results that were handed out, and for which it is not known yet whether they air. */
    int awaited() {
        return unconfirmed.size();
    }

    void handedOut(PendingFragment fragment) {
        results.handedOut(fragment.id);
        unconfirmed.await(fragment);
    }

    /** A result was received and is not used. */
    void unused(String id) {
        acknowledge(id, false);
    }

    /** A result for what is not in flight. */
    void stray(String id) {
        if (results.of(id) != Results.PastFragment.UNANSWERED) {
            events.accept(new LifeEvent.Warning("a second result for fragment " + id + " was dropped"));
            return;
        }
        events.accept(new LifeEvent.Warning("a result for fragment " + id + ", which is not in flight, was dropped"));
        if (Outgoing.isId(id)) {
            acknowledge(id, false);
        }
    }

    void applied(UUID id) {
        settled(id, true);
    }

    void unused(UUID id, String detail) {
        if (results.isHandedOut(id.toString())) {
            events.accept(new SegmentEvent.Fallback(id, FallbackReason.UNUSABLE, detail));
            if (results.take(id.toString())) {
                acknowledge(id.toString(), false);
            }
            unconfirmed.confirmed(id.toString());
        }
    }

    void withheld(UUID id) {
        settled(id, false);
    }

    private void settled(UUID id, boolean applied) {
        if (results.isHandedOut(id.toString()) && results.take(id.toString())) {
            acknowledge(id.toString(), applied);
        }
        unconfirmed.confirmed(id.toString());
    }

    private void acknowledge(String id, boolean applied) {
        results.answered(id);
        connection.send(new Outgoing.FragmentAck(id, applied, wallClock.millis()));
    }

    void newSession() {
        results.newSession();
    }

    void clear() {
        unconfirmed.clear();
    }
}
