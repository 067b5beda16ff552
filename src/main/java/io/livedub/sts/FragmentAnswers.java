package io.livedub.sts;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.FragmentState.Sending;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.StsFailure;

/** The receiving side of a session: what the answers to its fragments, and their absence, mean. Runs in the mailbox. */
final class FragmentAnswers {
    /** Counts as the time of an answer until the first good answer has come. */
    private static final Duration ASSUMED_ANSWER = Duration.ofSeconds(1);

    /** A quicker answer counts as if it had taken this long. */
    private static final Duration SHORTEST_ANSWER = Duration.ofMillis(250);

    /** Refusals in a row, each of them final for the session, that show that it is of no more use. */
    private static final int REFUSED_IN_A_ROW = 2;

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    private final SessionConnection connection;
    private final StsBreaker breaker;
    private final PendingFragments pending;
    private final Receipts receipts;
    private final Silence silence;
    private final Worth worth;
    private final RefusedSizes sizes;
    private final SendingPace pace;
    private final Runnable onRoom;

    private volatile Duration lastRoundTrip;
    /** The usual answer time of good results. A refusal is quick and does not show how long dubbing takes. */
    private Duration usualAnswer = ASSUMED_ANSWER;

    private int refusedInARow;
    private MediaClock.Timer suspicion = () -> {};

    /** @param onRoom called when something may be sent that could not before */
    FragmentAnswers(SessionParts parts, Receipts receipts, Runnable onRoom) {
        this.settings = parts.settings();
        this.mailbox = parts.mailbox();
        this.clock = parts.clock();
        this.events = parts.events();
        this.connection = parts.connection();
        this.breaker = parts.breaker();
        this.pending = parts.pending();
        this.worth = parts.worth();
        this.sizes = parts.sizes();
        this.pace = parts.pace();
        this.receipts = receipts;
        this.onRoom = onRoom;
        this.silence = new Silence(settings.timeout());
    }

    /** Null as long as no result came. */
    Duration lastRoundTrip() {
        return lastRoundTrip;
    }

    /** Everything that was sent is decided, and what became of it is said. */
    boolean quiet() {
        return pending.onlyOvertaken() && receipts.awaited() == 0;
    }

    /**
     * Places of the window that are taken: what is not answered, and what was answered and not yet acknowledged by us. Strict
     * services count the second as well, and ask for a pause when the sum is above their window.
     */
    int occupied() {
        return pending.inFlightCount() + receipts.awaited();
    }

    /** The load of the service, for a fragment with so much time left. */
    Worth.Load load(long leftNs) {
        long nowNs = clock.nowNs();
        int level = silence.load(nowNs) + 1;
        List<Long> overdue = pending.inFlight().stream()
                .map(each -> nowNs - each.sending().atNs())
                .filter(outNs -> outNs > leftNs)
                .toList();
        int trying = (int) pending.inFlight().stream()
                .filter(each -> each.sending().level() == level)
                .count();
        return new Worth.Load(level, overdue, trying, pending.inFlightCount());
    }

    void sent(PendingFragment fragment, int sequence, boolean probesPause, StsBreaker.Permit permit) {
        long nowNs = clock.nowNs();
        Sending sending = new Sending(nowNs, sequence, silence.load(nowNs) + 1, probesPause, permit);
        silence.sent(fragment.id, sending);
        pending.sent(fragment, sending, mailbox.at(nowNs + settings.timeout().toNanos(), () -> timedOut(fragment)));
        watch();
    }

    private void timedOut(PendingFragment fragment) {
        Sending sending = fragment.sending();
        pending.landed(fragment);
        worth.answered(sending.level(), settings.timeout().toNanos(), clock.nowNs());
        breaker.retryableFailure(sending.permit(), "TIMEOUT");
        String detail = "no result within " + settings.timeout().toMillis() + " ms";
        pending.original(fragment, FallbackReason.TIMEOUT, detail);
        events.accept(new LifeEvent.Warning("fragment " + fragment.id + ": " + detail));
        watch();
        onRoom.run();
    }

    void acknowledged(String id) {
        sizes.taken(id);
        silence.acknowledged(clock.nowNs());
        watch();
    }

    /** Looks whether the session is blocked, and when to look again. */
    private void watch() {
        suspicion.cancel();
        long nowNs = clock.nowNs();
        if (!connection.isReady()) {
            return;
        }
        if (silence.isBlocked(nowNs)) {
            restart("it is blocked: after a refusal or a gap acknowledgements come, and no results");
            onRoom.run();
        } else {
            silence.suspiciousUntilNs().stream()
                    .filter(atNs -> atNs - nowNs > 0)
                    .forEach(atNs -> suspicion = mailbox.at(atNs, this::watch));
        }
    }

    void processed(Incoming.Processed message) {
        sizes.taken(message.fragmentId());
        silence.delivered(message.fragmentId(), clock.nowNs());
        PendingFragment fragment = pending.inFlight(message.fragmentId());
        if (fragment == null) {
            receipts.stray(message.fragmentId());
            return;
        }
        Sending sending = fragment.sending();
        pending.landed(fragment);
        Duration roundTrip = Duration.ofNanos(clock.nowNs() - sending.atNs());
        lastRoundTrip = roundTrip;
        events.accept(new SegmentEvent.RoundTrip(fragment.fragment.id(), roundTrip));
        if (message.failure().isPresent()) {
            receipts.unused(fragment.id);
            failed(fragment, message.failure().get());
        } else {
            refusedInARow = 0;
            worth.answered(sending.level(), roundTrip.toNanos(), clock.nowNs());
            usualAnswer = roundTrip.compareTo(SHORTEST_ANSWER) < 0 ? SHORTEST_ANSWER : roundTrip;
            breaker.success(sending.permit());
            pace.answered(sending);
            succeeded(fragment, message, roundTrip);
        }
        onRoom.run();
    }

    private void succeeded(PendingFragment fragment, Incoming.Processed message, Duration roundTrip) {
        if (fragment.isOvertaken()) {
            receipts.unused(fragment.id);
            pending.original(fragment, FallbackReason.LATE, "its result came after " + roundTrip.toMillis() + " ms");
        } else if (message.audio().isEmpty()) {
            receipts.unused(fragment.id);
            pending.original(fragment, FallbackReason.UNUSABLE, "its result " + message.unusable());
        } else {
            receipts.handedOut(fragment);
            pending.dubbed(
                    fragment,
                    new StsOutcome.Dubbed(
                            message.audio().get(),
                            roundTrip,
                            message.transcript(),
                            message.translation(),
                            message.background()));
        }
    }

    /** An {@code error} with a fragment's id. */
    void refused(String id, StsFailure failure) {
        sizes.taken(id);
        silence.refused(id, clock.nowNs());
        PendingFragment fragment = pending.inFlight(id);
        if (fragment == null) {
            events.accept(new LifeEvent.Warning(
                    "STS reports " + failure + " for fragment " + id + ", which is not in flight; it is ignored"));
            return;
        }
        Sending sending = fragment.sending();
        pending.landed(fragment);
        if (failure.isForLoad()) {
            worth.refused(sending.level(), failure.isWantOfRoom(), clock.nowNs());
        }
        failed(fragment, failure);
        refusedInARow = failure.isOfSession() ? refusedInARow + 1 : 0;
        if (refusedInARow >= REFUSED_IN_A_ROW) {
            restart("the service refuses every fragment of this session: " + failure.code());
        }
        watch();
        onRoom.run();
    }

    private void failed(PendingFragment fragment, StsFailure failure) {
        StsBreaker.Permit permit = fragment.sending().permit();
        if (!failure.retryable()) {
            breaker.neither(permit);
        } else {
            breaker.retryableFailure(permit, failure.code());
            if (resendFits(fragment)) {
                pending.again(fragment);
                return;
            }
        }
        pending.original(fragment, FallbackReason.FAILED, failure.toString());
    }

    private boolean resendFits(PendingFragment fragment) {
        return !fragment.isOvertaken()
                && fragment.sends() <= settings.maxRetries()
                && breaker.allows()
                && fragment.leftNs(clock.nowNs()) > usualAnswer.toNanos();
    }

    /** Counts overtaken fragments as timed out: with the session their time-outs would be lost, and the breaker would never learn of them. */
    private void restart(String reason) {
        if (!connection.isReady()) {
            return;
        }
        connection.restart(reason);
        for (PendingFragment given : pending.takeOvertaken()) {
            breaker.retryableFailure(given.sending().permit(), "TIMEOUT");
            pending.original(given, FallbackReason.TIMEOUT, "a new session was started: " + reason);
        }
        sessionLost("a new session was started: " + reason);
    }

    /** A new session in place of one that works. To be called when it is quiet. */
    void renew(String reason) {
        connection.restart(reason);
        sessionEnded(reason);
    }

    void sessionReady() {
        receipts.newSession();
        silence.newSession();
        refusedInARow = 0;
    }

    /** Original audio for every fragment in flight, at once. */
    void sessionLost(String reason) {
        List<PendingFragment> all = pending.takeInFlight();
        receipts.clear();
        suspicion.cancel();
        silence.newSession();
        sizes.ended();
        pending.counted();
        decide(all, FallbackReason.DISCONNECTED, reason);
    }

    /** Fragments that their deadlines overtook stay late; no other fragment can be in flight at an orderly end. */
    void sessionEnded(String reason) {
        decide(pending.takeOvertaken(), FallbackReason.LATE, "no result before the end of the session");
        sessionLost(reason);
    }

    private void decide(List<PendingFragment> fragments, FallbackReason reason, String detail) {
        for (PendingFragment each : fragments) {
            breaker.neither(each.sending().permit());
            pending.original(each, reason, detail);
        }
    }
}
