package io.livedub.sts;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.IncomingParser;

/**
 * Between one connection's threads and the mailbox: drops what is too much, parses (base64 included) on the transport's thread,
 * and silences a connection that has been replaced.
 */
final class ConnectionEvents implements StsTransport.TransportListener {
    private final SessionConnection connection;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    private final KeyMask secret;
    private final EventLimit limit;

    /** @param secret is not in any text that a person may read, even when the service sends it */
    ConnectionEvents(
            SessionConnection connection,
            Mailbox mailbox,
            MediaClock clock,
            Consumer<StreamEvent> events,
            KeyMask secret) {
        this.connection = connection;
        this.mailbox = mailbox;
        this.clock = clock;
        this.events = events;
        this.secret = secret;
        this.limit = new EventLimit(clock.nowNs());
    }

    @Override
    public void connected() {
        post(connection::connected);
    }

    @Override
    public void event(String name, Object payload) {
        switch (limit.next(clock.nowNs())) {
            case TAKE -> {
                Incoming message = IncomingParser.parse(name, payload).withWords(secret::removedFrom);
                Optional<String> stream = IncomingParser.stream(payload);
                post(() -> connection.received(message, stream));
            }
            case DROP_AND_WARN ->
                post(() -> events.accept(new LifeEvent.Warning(String.format(
                        Locale.ROOT,
                        "STS sends more than %d events a second; the rest is dropped",
                        EventLimit.PER_SECOND))));
            case DROP -> {}
        }
    }

    @Override
    public void dropped(String why, long count) {
        post(() -> events.accept(new LifeEvent.Warning("what STS sends is dropped (" + count
                + " on this connection so far), the last one: " + secret.removedFrom(why))));
    }

    @Override
    public void refusedSize() {
        post(connection::refusedSize);
    }

    @Override
    public void closed(String reason) {
        post(() -> connection.failed(secret.removedFrom(reason)));
    }

    private void post(Runnable task) {
        mailbox.post(() -> {
            if (connection.isCurrent(this)) {
                task.run();
            }
        });
    }
}
