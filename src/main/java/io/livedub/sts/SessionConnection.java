package io.livedub.sts;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;

/** The session's connection: opens, introduces itself, opens again after a loss, gives up. Runs in the mailbox; holds the state. */
final class SessionConnection {
    /**
     * Between closing a connection on purpose and opening the next: the close has to be seen first by a service that allows one
     * connection for a stream.
     */
    static final Duration RESTART_PAUSE = Duration.ofMillis(250);

    private static final MediaClock.Timer NO_TIMER = () -> {};

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final StsTransport transport;
    private final Consumer<StreamEvent> events;
    private final SessionListener listener;
    private final CompletableFuture<String> lost = new CompletableFuture<>();

    private volatile StsState state = new StsState.Disconnected();
    private Outgoing.Init init;
    /** The {@code stream:init} that the service has received on this connection. */
    private Outgoing.Init said;

    /** Whether {@code stream:ready} named our stream: only then a service is believed about whom a message is for. */
    private boolean namesUs;

    private ConnectionEvents current;
    private StsTransport.TransportConnection connection;
    private MediaClock.Timer timer = NO_TIMER;
    private Runnable whenEnded = () -> {};

    SessionConnection(
            StsSettings settings,
            Mailbox mailbox,
            MediaClock clock,
            StsTransport transport,
            Consumer<StreamEvent> events,
            SessionListener listener) {
        this.settings = settings;
        this.mailbox = mailbox;
        this.clock = clock;
        this.transport = transport;
        this.events = events;
        this.listener = listener;
    }

    StsState state() {
        return state;
    }

    CompletableFuture<String> lost() {
        return lost;
    }

    boolean isReady() {
        return state instanceof StsState.SessionReady;
    }

    /** Being opened, with no failed attempt behind it: worth waiting for. */
    boolean isOpening() {
        return state instanceof StsState.SessionReplacing
                || (state instanceof StsState.SessionConnecting connecting && connecting.failures() == 0)
                || (state instanceof StsState.AwaitingReady awaiting && awaiting.failures() == 0);
    }

    /** The service's word on how many fragments may be in flight; 0 when not ready. */
    int window() {
        return state instanceof StsState.SessionReady ready ? ready.maxInflight() : 0;
    }

    long largestMessage() {
        return connection == null ? Long.MAX_VALUE : connection.largestMessage();
    }

    void start(Outgoing.Init introduction) {
        if (state instanceof StsState.Disconnected disconnected && init == null) {
            init = introduction;
            enter(disconnected.connect(), "started");
            open();
        }
    }

    /** The next {@code stream:init} announces this sound. */
    void introduce(int sampleRateHz, int channels) {
        if (init != null) {
            init = init.with(sampleRateHz, channels);
        }
    }

    /** Whether the service was told that it would get such sound. */
    boolean announced(int sampleRateHz, int channels) {
        return said != null && said.sampleRateHz() == sampleRateHz && said.channels() == channels;
    }

    /** Says nothing before the service has said that the session is there: what comes until then belongs to the session before. */
    void send(Outgoing message) {
        if (isReady() || isLeaving()) {
            connection.send(message.event(), message.payload());
        }
    }

    /** {@code stream:end} was sent. */
    private boolean isLeaving() {
        return state instanceof StsState.SessionEnding || state instanceof StsState.SessionReplacing;
    }

    /**
     * Ends the session in good order and begins a new one. By a new connection: {@code stream:init} twice on one connection is
     * nowhere promised to work, and a strict service may refuse it; first on a connection it must be accepted.
     */
    void restart(String reason) {
        if (state instanceof StsState.SessionReady ready) {
            enter(ready.restart(), reason);
            leave(reason);
        }
    }

    /** Says {@code stream:end}, waits for {@code stream:complete}, closes. At once when not ready. */
    void end(String reason, Runnable ended) {
        whenEnded = ended;
        if (state instanceof StsState.SessionReady ready) {
            enter(ready.end(), reason);
            leave(reason);
        } else if (state instanceof StsState.SessionReplacing replacing) {
            enter(replacing.end(), reason);
        } else {
            close(reason);
        }
    }

    private void leave(String reason) {
        send(new Outgoing.End(settings.streamId(), reason));
        wait(settings.timing().complete(), () -> {
            events.accept(new LifeEvent.Warning("STS has not answered stream:end with stream:complete within "
                    + settings.timing().complete().toSeconds() + " s; the connection is closed"));
            left("no stream:complete");
        });
    }

    /** The session that was ended is over. */
    private void left(String reason) {
        if (state instanceof StsState.SessionReplacing replacing) {
            drop();
            enter(replacing.ended(), reason);
            timer = mailbox.at(clock.nowNs() + RESTART_PAUSE.toNanos(), this::open);
        } else {
            close(reason);
        }
    }

    /** Closes and never opens again. */
    void close(String reason) {
        drop();
        if (state instanceof StsState.Disconnected) {
            // Nobody was told that it began.
            state = state.close();
        } else if (!(state instanceof StsState.SessionLost) && !(state instanceof StsState.Closed)) {
            enter(state.close(), reason);
        }
        Runnable ended = whenEnded;
        whenEnded = () -> {};
        ended.run();
    }

    void connected() {
        if (state instanceof StsState.SessionConnecting connecting) {
            enter(connecting.connected(), "connected");
            said = init;
            connection.send(init.event(), init.payload());
            Duration patience = settings.timing().ready();
            wait(patience, () -> failed("no stream:ready within " + patience.toSeconds() + " s"));
        }
    }

    /** @param stream that the message names */
    void received(Incoming message, Optional<String> stream) {
        boolean ours = stream.stream().allMatch(settings.streamId().value()::equals);
        if (message instanceof Incoming.Ready ready) {
            // Another stream's may come as well, when a service sends each event to every connection.
            namesUs |= stream.isPresent() && ours;
            ready(ready);
        } else if (namesUs && !ours && message.concernsAll()) {
            events.accept(new LifeEvent.Warning(String.format(
                    Locale.ROOT, "STS sent a message about the stream '%s', which is ignored", stream.get())));
        } else if (message instanceof Incoming.Complete complete) {
            complete(complete);
        } else {
            listener.received(message);
        }
    }

    private void ready(Incoming.Ready message) {
        if (state instanceof StsState.AwaitingReady awaiting) {
            timer.cancel();
            boolean reconnected = awaiting.failures() > 0;
            enter(
                    awaiting.ready(message.maxInflight().orElse(settings.maxInflight())),
                    "session " + message.sessionId());
            if (reconnected) {
                events.accept(new SessionEvent.Reconnected());
            }
            listener.ready(reconnected);
        }
    }

    private void complete(Incoming.Complete message) {
        events.accept(new SessionEvent.Completed(message.statistics()));
        if (isLeaving()) {
            left("complete");
        }
    }

    /** The connection, or the attempt to have one, is over and was not ended by us. */
    void failed(String reason) {
        if (isLeaving()) {
            left(reason);
        } else if (state instanceof StsState.SessionConnecting connecting) {
            reconnect(connecting.failed(), reason);
        } else if (state instanceof StsState.AwaitingReady awaiting) {
            reconnect(awaiting.failed(), reason);
        } else if (state instanceof StsState.SessionReady ready) {
            reconnect(ready.failed(), reason);
        }
    }

    private void reconnect(StsState.Reconnecting next, String reason) {
        drop();
        List<Duration> delays = settings.timing().reconnectDelays();
        if (next.attempt() > delays.size() && settings.loss() == StsSettings.Loss.EXIT) {
            enter(next.giveUp(reason), reason);
            listener.lost(reason);
            lost.complete(reason);
        } else {
            enter(next, reason);
            wait(settings.timing().reconnectDelay(next.attempt()), () -> {
                enter(next.retry(), "attempt " + next.attempt());
                open();
            });
            listener.lost(reason);
        }
    }

    private void open() {
        ConnectionEvents mine = new ConnectionEvents(this, mailbox, clock, events, new KeyMask(settings.apiKey()));
        current = mine;
        namesUs = false;
        Duration patience = settings.timing().ready();
        wait(patience, () -> failed("no connection within " + patience.toSeconds() + " s"));
        try {
            connection = transport.connect(mine);
        } catch (RuntimeException e) {
            failed("cannot connect: " + e.getMessage());
        }
    }

    void refusedSize() {
        listener.refusedSize();
    }

    /** Whether events of this connection still concern anyone. */
    boolean isCurrent(ConnectionEvents source) {
        return current == source;
    }

    private void drop() {
        timer.cancel();
        current = null;
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private void wait(Duration time, Runnable then) {
        timer.cancel();
        timer = mailbox.at(clock.nowNs() + time.toNanos(), then);
    }

    private void enter(StsState next, String reason) {
        String from = state.label();
        state = next;
        events.accept(new SessionEvent.Session(from, next.label(), reason));
    }
}
