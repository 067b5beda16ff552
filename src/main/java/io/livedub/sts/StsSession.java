package io.livedub.sts;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;

/**
 * One stream's conversation with a speech-to-speech service, under the protocol document, row by row.
 *
 * <p>All methods may be called from any thread and return at once; nothing is thrown for what a service does. The consumer of events and
 * what subscribes to results are called one at a time, on the thread that brought the news (a caller's, the clock's, the
 * transport's), and must not block.
 *
 * <p>The life is {@link StsState}, held by {@link SessionConnection}; {@link PendingFragments} holds what is not
 * decided, {@link FragmentSender} decides what is sent, {@link FragmentAnswers} what an answer means.
 */
public final class StsSession implements FragmentExchange, AutoCloseable {
    private static final int LONGEST_CHUNK_MS = 6_000;

    private final StsSettings settings;
    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    private final Mailbox mailbox;
    private final StsBreaker breaker;
    private final SessionConnection connection;
    private final Receipts receipts;
    private final PendingFragments pending;
    private final FragmentAnswers answers;
    private final FragmentSender sender;
    private final SendingPace pace;
    private final RefusedSizes sizes;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private MediaClock.Timer impatience = () -> {};

    /**
     * @param clock for every wait; the fragments' times are its times
     * @param wallClock for the protocol's {@code timestamp} fields only
     */
    public StsSession(
            StsSettings settings,
            StsTransport transport,
            MediaClock clock,
            InstantSource wallClock,
            Consumer<StreamEvent> everyone) {
        this.settings = settings;
        this.clock = clock;
        events = new SessionNews(clock, everyone);
        mailbox = new Mailbox(clock);
        breaker = new StsBreaker(
                clock,
                mailbox::at,
                settings.timing().breakerFailures(),
                settings.timing().breakerOpen(),
                events);
        connection = new SessionConnection(settings, mailbox, clock, transport, events, new ConnectionListener());
        pending = new PendingFragments(events);
        pace = new SendingPace(pending, mailbox, clock, settings.timing().pauseProbe(), this::send);
        Worth worth = new Worth(settings.chunkDuration().toNanos());
        sizes = new RefusedSizes(clock, events);
        SessionParts parts =
                new SessionParts(settings, mailbox, clock, events, connection, breaker, pending, worth, sizes, pace);
        receipts = new Receipts(mailbox, wallClock, events, connection, this::send);
        answers = new FragmentAnswers(parts, receipts, this::send);
        sender = new FragmentSender(parts, answers, wallClock);
    }

    /**
     * Connects; once. The stream's real rate and channel count go into {@code stream:init}.
     *
     * @throws IllegalArgumentException when they are not a sound's
     */
    public void start(int sampleRateHz, int channels) {
        Outgoing.Init init = new Outgoing.Init(
                settings.streamId(),
                settings.workerId(),
                settings.sourceLanguage(),
                settings.targetLanguage(),
                settings.voiceProfile(),
                (int) Math.min(LONGEST_CHUNK_MS, settings.chunkDuration().toMillis()),
                sampleRateHz,
                channels,
                settings.maxInflight(),
                (int) settings.timeout().toMillis());
        mailbox.post(() -> connection.start(init));
    }

    /**
     * Hands over a fragment; sending does not wait for a subscriber. Fragments go out in the order of the calls.
     *
     * @return what became of it, by its deadline at the latest; never fails
     */
    @Override
    public Uni<StsOutcome> submit(Fragment fragment) {
        PendingFragment submitted =
                new PendingFragment(fragment, Base64.getEncoder().encodeToString(fragment.m4a()));
        mailbox.post(() -> sender.submit(submitted));
        return uni(submitted.outcome);
    }

    /** The dubbed audio of this fragment is on the output timeline. */
    @Override
    public void applied(UUID fragmentId) {
        mailbox.post(() -> receipts.applied(fragmentId));
    }

    /** Dubbed audio was received and is not used; counts as {@link FallbackReason#UNUSABLE}. */
    @Override
    public void unused(UUID fragmentId, String detail) {
        mailbox.post(() -> receipts.unused(fragmentId, detail));
    }

    /** Dubbed audio was received and is kept off the air. The service gets a receipt, and no failure is counted. */
    public void withheld(UUID fragmentId) {
        mailbox.post(() -> receipts.withheld(fragmentId));
    }

    /** The source is gone; said to the service when nothing waits to be sent any more. */
    public void sourceLost(String reason) {
        sourceLost(reason, () -> true);
    }

    /**
     * The same, told late.
     *
     * @param holds whether the source is still gone; asked when this message has its turn
     */
    public void sourceLost(String reason, BooleanSupplier holds) {
        mailbox.post(() -> {
            if (holds.getAsBoolean()) {
                sender.sourceLost(reason);
            }
        });
    }

    /** The source is there again; said to the service only when its loss was. */
    public void sourceBack() {
        mailbox.post(sender::sourceBack);
    }

    /**
     * Takes no more fragments, waits until all before are decided, says {@code stream:end}, waits for {@code stream:complete} and
     * closes. At once when there is no session.
     */
    public Uni<Void> end(String reason) {
        mailbox.post(() -> {
            sender.takeNoMore();
            if (connection.isReady()) {
                sender.drain(() -> leave(reason));
            } else if (connection.state() instanceof StsState.SessionReplacing) {
                connection.end(reason, () -> close(reason));
            } else if (!(connection.state() instanceof StsState.SessionEnding)) {
                close(reason);
            }
        });
        return uni(ended);
    }

    /** The same when no result can air any more: {@code stream:end} is said after this time at the latest, whatever is still undecided. */
    public Uni<Void> end(String reason, Duration patience) {
        mailbox.post(() -> {
            impatience.cancel();
            impatience = mailbox.at(clock.nowNs() + patience.toNanos(), () -> {
                if (connection.isReady()) {
                    leave(reason);
                }
            });
        });
        return end(reason);
    }

    private void leave(String reason) {
        // What was undecided may be decided while stream:complete is waited for.
        if (!(connection.state() instanceof StsState.SessionEnding)) {
            connection.end(reason, () -> close(reason));
        }
    }

    /** Ends at once, saying nothing to the service; whatever is undecided airs with its original audio. */
    @Override
    public void close() {
        mailbox.post(() -> close("closed"));
    }

    private void close(String reason) {
        impatience.cancel();
        connection.close(reason);
        sender.takeNoMore();
        answers.sessionEnded(reason);
        sender.sessionLost(reason);
        breaker.close();
        ended.complete(null);
    }

    /** Completes with the reason when all reconnects failed and {@link StsSettings.Loss#EXIT} holds; else never. */
    public Uni<String> lost() {
        return uni(connection.lost());
    }

    /** Whether all reconnects failed: what airs is the original, for good or until a later attempt succeeds. */
    public boolean isGivenUp() {
        return connection.state().isGivenUp(settings.timing().reconnectDelays().size());
    }

    /** The label of the session's {@link StsState}. */
    public String state() {
        return connection.state().label();
    }

    /** {@code closed}, {@code half-open}, {@code open}. */
    public String breaker() {
        return breaker.state().label();
    }

    /** Fragments sent and not yet answered. */
    public int inflight() {
        return pending.inFlightCount();
    }

    /** The round trip of the last result. */
    public Optional<Duration> lastRoundTrip() {
        return Optional.ofNullable(answers.lastRoundTrip());
    }

    /** For tests: an error of the session's own, which was logged and survived; null when there was none. */
    Throwable failure() {
        return mailbox.failure();
    }

    /** Something may be sent that could not before. */
    private void send() {
        sender.pump();
    }

    // A copy each: cancelling the Uni cancels the stage under it.
    private static <T> Uni<T> uni(CompletableFuture<T> future) {
        return Uni.createFrom().completionStage(future::copy);
    }

    private final class ConnectionListener implements SessionListener {
        @Override
        public void ready(boolean reconnected) {
            sizes.ready();
            answers.sessionReady();
            sender.sessionReady(reconnected);
        }

        @Override
        public void refusedSize() {
            sizes.refused();
        }

        @Override
        public void lost(String reason) {
            sizes.lost();
            answers.sessionLost(reason);
            sender.sessionLost(reason);
        }

        @Override
        public void received(Incoming message) {
            if (message instanceof Incoming.Processed processed) {
                answers.processed(processed);
            } else if (message instanceof Incoming.Ack ack) {
                answers.acknowledged(ack.fragmentId());
            } else if (message instanceof Incoming.Backpressure asked) {
                sender.asked(asked);
            } else if (message instanceof Incoming.Error error) {
                failed(error);
            } else if (message instanceof Incoming.Refused refused) {
                events.accept(new LifeEvent.Warning(
                        "STS sent an event that is ignored: " + refused.event() + " " + refused.why()));
            }
        }

        // Without a fragment's id nothing is counted: the fragment it may have been about has its own timeout, and
        // would count twice.
        private void failed(Incoming.Error error) {
            error.fragmentId()
                    .ifPresentOrElse(
                            id -> answers.refused(id, error.failure()),
                            () -> events.accept(new LifeEvent.Warning("STS reports " + error.failure())));
        }
    }
}
