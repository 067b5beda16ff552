package io.livedub.sts;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;

/** The sending side of a session: which fragment is sent, and when. In order, always. Runs in the mailbox. */
final class FragmentSender {
    /** Fragments waiting to be sent, far more than can wait until their deadlines; beyond it a new one airs its original at once. */
    static final int MAX_WAITING = 16;

    /** Base64 characters of one fragment: the strictest server takes messages of 10 MiB, with the fields around it. */
    static final int MAX_BASE64_CHARS = 10 * 1024 * 1024 - 4096;

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final InstantSource wallClock;
    private final Consumer<StreamEvent> events;
    private final SessionConnection connection;
    private final StsBreaker breaker;
    private final PendingFragments pending;
    private final FragmentAnswers answers;
    private final SendingPace pace;
    private final Worth worth;
    private final RefusedSizes sizes;
    private MediaClock.Timer held = () -> {};

    private Long notBeforeNs;
    private int sequence;
    private Optional<String> sourceLost = Optional.empty();
    private boolean pauseSaid;
    private Optional<Runnable> whenDrained = Optional.empty();
    private boolean refusing;
    private String lossReason = "not started";

    /** @param wallClock for the protocol's {@code timestamp} fields only */
    FragmentSender(SessionParts parts, FragmentAnswers answers, InstantSource wallClock) {
        this.settings = parts.settings();
        this.mailbox = parts.mailbox();
        this.clock = parts.clock();
        this.wallClock = wallClock;
        this.events = parts.events();
        this.connection = parts.connection();
        this.breaker = parts.breaker();
        this.pending = parts.pending();
        this.answers = answers;
        this.worth = parts.worth();
        this.sizes = parts.sizes();
        this.pace = parts.pace();
    }

    void submit(PendingFragment next) {
        if (!connection.isReady()) {
            connection.introduce(next.fragment.sampleRateHz(), next.fragment.channels());
        }
        if (refusing) {
            pending.original(next, FallbackReason.DISCONNECTED, "the session has ended");
        } else if (next.fragment.deadlineNs() - clock.nowNs() <= 0) {
            pending.original(next, FallbackReason.LATE, "came after its deadline");
        } else if (!connection.isReady() && !connection.isOpening()) {
            pending.original(next, FallbackReason.DISCONNECTED, "not connected: " + lossReason);
        } else if (beganTooEarly(next)) {
            pending.original(next, FallbackReason.DISCONNECTED, "its segment began before the reconnect");
        } else if (!breaker.allows()) {
            pending.original(
                    next,
                    FallbackReason.BREAKER_OPEN,
                    "the breaker is " + breaker.state().label());
        } else if (next.base64.length() > MAX_BASE64_CHARS) {
            pending.original(
                    next,
                    FallbackReason.FAILED,
                    String.format(Locale.ROOT, "too large to be sent: %d base64 characters", next.base64.length()));
        } else if (pending.has(next.id)) {
            pending.original(next, FallbackReason.FAILED, "submitted twice");
        } else if (pending.waiting().size() >= MAX_WAITING) {
            pending.original(
                    next,
                    held(),
                    String.format(
                            Locale.ROOT,
                            "not accepted: %d fragments are waiting",
                            pending.waiting().size()));
        } else {
            worth.submitted(next.leftNs(clock.nowNs()));
            pending.accept(next, mailbox.at(next.fragment.deadlineNs(), () -> deadline(next)));
            pump();
        }
    }

    private boolean beganTooEarly(PendingFragment next) {
        return notBeforeNs != null && next.fragment.startedNs() - notBeforeNs < 0;
    }

    private FallbackReason held() {
        return pace.inForce() ? FallbackReason.BACKPRESSURE : FallbackReason.OVERLOAD;
    }

    private void deadline(PendingFragment late) {
        if (late.state() instanceof FragmentState.Waiting) {
            unsent(late);
        } else {
            pending.overtaken(late);
        }
        pump();
    }

    /** The time of a fragment is over, and it was never sent, or not sent once more. */
    private void unsent(PendingFragment late) {
        if (!connection.isReady()) {
            pending.original(late, FallbackReason.DISCONNECTED, "no session before its deadline");
        } else if (late.sends() > 0) {
            pending.original(late, FallbackReason.FAILED, "failed, and could not be sent again before its deadline");
        } else {
            String why = late.waiting().expected()
                    ? "the service was busy with earlier fragments until its deadline"
                    : "the service would not answer before its deadline";
            pending.original(late, held(), "not sent: " + why);
        }
    }

    /** Sends what can be sent, and does what waits for that. */
    void pump() {
        while (pending.firstWaiting() != null && sendNext()) {}
        boolean idle = pending.firstWaiting() == null;
        if (connection.isReady() && idle && sourceLost.isPresent() && !pauseSaid) {
            pauseSaid = true;
            connection.send(new Outgoing.Pause(settings.streamId(), sourceLost.get()));
        }
        if (idle && pending.onlyOvertaken()) {
            Optional<Runnable> drained = whenDrained;
            whenDrained = Optional.empty();
            drained.ifPresent(Runnable::run);
        }
    }

    /** @return whether to look again */
    private boolean sendNext() {
        if (!breaker.allows()) {
            pending.original(
                    pending.firstWaiting(),
                    FallbackReason.BREAKER_OPEN,
                    "the breaker is " + breaker.state().label());
            return true;
        }
        if (!connection.isReady() || pauseSaid || answers.occupied() >= connection.window() || isHeld()) {
            return false;
        }
        Optional<PendingFragment> worthy = next();
        if (worthy.isEmpty() || !pace.lets(worthy.get())) {
            return false;
        }
        PendingFragment next = worthy.get();
        if (!connection.announced(next.fragment.sampleRateHz(), next.fragment.channels())) {
            renew(next.fragment);
            return false;
        }
        Optional<String> tooLarge = sizes.tooLarge(next.base64.length(), connection.largestMessage());
        if (tooLarge.isPresent()) {
            pending.original(next, FallbackReason.FAILED, tooLarge.get());
            return true;
        }
        send(next);
        return true;
    }

    /** The service has just said that it has no room: asked again a little later. */
    private boolean isHeld() {
        if (worth.notBeforeNs() - clock.nowNs() <= 0) {
            return false;
        }
        held.cancel();
        held = mailbox.at(worth.notBeforeNs(), this::pump);
        return true;
    }

    /**
     * The first one that is worth sending. Without one: the last one, which has the most time left, when it is time for a probe. A fragment that waits before it
     * is looked at again when the next answer comes; the service may be quicker then.
     */
    private Optional<PendingFragment> next() {
        long nowNs = clock.nowNs();
        for (PendingFragment each : pending.waiting()) {
            long leftNs = each.leftNs(nowNs);
            boolean expected = worth.expects(answers.load(leftNs), leftNs, nowNs);
            pending.judged(each, expected);
            if (expected) {
                return Optional.of(each);
            }
        }
        PendingFragment last = pending.lastWaiting();
        boolean probes = worth.isProbe(nowNs) || worth.isTrial(answers.load(last.leftNs(nowNs)));
        return probes || pace.isProbing() ? Optional.of(last) : Optional.empty();
    }

    private void send(PendingFragment next) {
        // In order, always: what this one has overtaken will not be sent any more.
        while (pending.firstWaiting() != next) {
            unsent(pending.firstWaiting());
        }
        StsBreaker.Permit permit = breaker.acquire();
        boolean probesPause = pace.sent();
        worth.sent(clock.nowNs(), !next.waiting().expected() && !worth.isProbe(clock.nowNs()));
        int number = sequence++;
        answers.sent(next, number, probesPause, permit);
        if (!connection.isReady()) {
            // It was the moment at which the session turned out to be blocked: stream:end has been said.
            return;
        }
        sizes.sent(next.id, next.base64.length());
        Fragment fragment = next.fragment;
        connection.send(new Outgoing.FragmentData(
                next.id,
                settings.streamId(),
                number,
                wallClock.millis(),
                fragment.sampleRateHz(),
                fragment.channels(),
                (int) (fragment.durationNs() / 1_000_000),
                next.base64,
                fragment.ptsNs(),
                fragment.sourcePtsNs()));
    }

    /**
     * The source's sound is another than {@code stream:init} said. That event is promised to work as the first one of a connection only, and no
     * service has promised to take what it did not announce; so what is in flight is waited for, and a new session begun.
     */
    private void renew(Fragment fragment) {
        if (answers.quiet()) {
            connection.introduce(fragment.sampleRateHz(), fragment.channels());
            answers.renew(String.format(
                    Locale.ROOT,
                    "the source's sound has %d Hz and %d channels now",
                    fragment.sampleRateHz(),
                    fragment.channels()));
        }
    }

    void sessionReady(boolean reconnected) {
        sequence = 0;
        pauseSaid = false;
        pace.clear();
        notBeforeNs = reconnected ? Long.valueOf(clock.nowNs()) : notBeforeNs;
        pump();
    }

    /** Fragments that wait get their original audio: their segments will have begun before the service is back. */
    void sessionLost(String reason) {
        lossReason = reason;
        pace.clear();
        held.cancel();
        pending.takeWaiting().forEach(each -> pending.original(each, FallbackReason.DISCONNECTED, reason));
        pump();
    }

    void asked(Incoming.Backpressure message) {
        boolean again = pace.isAsked(message.action(), message.delayMs());
        events.accept(new SessionEvent.PaceAsked(message.action(), message.detail(), again));
        pace.set(message.action(), message.delayMs());
        pump();
    }

    void sourceLost(String reason) {
        sourceLost = Optional.of(reason);
        pump();
    }

    void sourceBack() {
        sourceLost = Optional.empty();
        if (pauseSaid) {
            pauseSaid = false;
            connection.send(new Outgoing.Resume(settings.streamId()));
        }
        pump();
    }

    void takeNoMore() {
        refusing = true;
    }

    /** Says when everything that was taken is decided. */
    void drain(Runnable drained) {
        whenDrained = Optional.of(drained);
        pump();
    }
}
