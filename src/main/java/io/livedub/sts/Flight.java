package io.livedub.sts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Failure;
import io.livedub.sts.protocol.Incoming;

/** What was sent and not answered, and what becomes of it. Runs in the mailbox. */
final class Flight {
    /** Taken as the time of an answer as long as no good one has come; and no answer is taken to need less than the second. */
    private static final Duration ASSUMED_ANSWER = Duration.ofSeconds(1);

    private static final Duration SHORTEST_ANSWER = Duration.ofMillis(250);

    /** Refusals in a row, each of them final for the session, that show that it is of no more use. */
    private static final int REFUSED_IN_A_ROW = 2;

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    private final Link link;
    private final StsBreaker breaker;
    private final Map<String, Job> inFlight = new LinkedHashMap<>();
    private final Receipts receipts;
    private final Silence silence;
    private final Worth worth;

    private Flow flow;
    private volatile int size;
    private volatile Duration lastRoundTrip;
    /** Of good results only: a refusal is quick, and says nothing about how long dubbing takes. */
    private Duration usualAnswer = ASSUMED_ANSWER;

    private int refusedInARow;
    private MediaClock.Timer suspicion = () -> {};

    Flight(
            StsSettings settings,
            Mailbox mailbox,
            MediaClock clock,
            Consumer<StreamEvent> events,
            Link link,
            StsBreaker breaker,
            Worth worth,
            Receipts receipts) {
        this.settings = settings;
        this.mailbox = mailbox;
        this.clock = clock;
        this.events = events;
        this.link = link;
        this.breaker = breaker;
        this.worth = worth;
        this.receipts = receipts;
        this.silence = new Silence(settings.timeout());
    }

    void feeds(Flow sending) {
        flow = sending;
    }

    int size() {
        return size;
    }

    /** Null as long as no result came. */
    Duration lastRoundTrip() {
        return lastRoundTrip;
    }

    boolean has(String id) {
        return inFlight.containsKey(id);
    }

    /** Nothing in flight that could still air. */
    boolean onlyOvertaken() {
        return inFlight.values().stream().allMatch(Job::overtaken);
    }

    /** Everything that was sent is decided, and what became of it is said. */
    boolean quiet() {
        return onlyOvertaken() && receipts.awaited() == 0;
    }

    /**
     * Places of the window that are taken: what is not answered, and what was answered and not yet acknowledged by us. Strict
     * services count the second as well, and ask for a pause when the sum is above their window.
     */
    int occupied() {
        return size + receipts.awaited();
    }

    /** What the service has to do now, for a fragment with so much time left. */
    Worth.Load load(long leftNs) {
        long nowNs = clock.nowNs();
        int level = silence.load(nowNs) + 1;
        List<Long> overdue = inFlight.values().stream()
                .map(job -> nowNs - job.sentNs)
                .filter(outNs -> outNs > leftNs)
                .toList();
        int trying = (int)
                inFlight.values().stream().filter(job -> job.level == level).count();
        return new Worth.Load(level, overdue, trying, size);
    }

    void sent(Job job) {
        job.sentNs = clock.nowNs();
        job.level = silence.load(job.sentNs) + 1;
        job.sends++;
        silence.sent(job);
        job.timeout = mailbox.at(job.sentNs + settings.timeout().toNanos(), () -> timedOut(job));
        inFlight.put(job.id, job);
        events.accept(new StreamEvent.FragmentSent(job.fragment.id()));
        counted();
        watch();
    }

    private void counted() {
        size = inFlight.size();
        events.accept(new StreamEvent.Figures(Map.of(Figure.INFLIGHT, (long) size)));
    }

    private void landed(Job job) {
        inFlight.remove(job.id);
        job.timeout.cancel();
        counted();
    }

    private void timedOut(Job job) {
        landed(job);
        worth.answered(job.level, settings.timeout().toNanos(), clock.nowNs());
        breaker.retryableFailure(job.permit, "TIMEOUT");
        String detail = "no result within " + settings.timeout().toMillis() + " ms";
        job.original(FallbackReason.TIMEOUT, detail);
        events.accept(new StreamEvent.Warning("fragment " + job.id + ": " + detail));
        watch();
        flow.pump();
    }

    void acknowledged() {
        silence.acknowledged(clock.nowNs());
        watch();
    }

    /** Looks whether the session is blocked, and when to look again. */
    private void watch() {
        suspicion.cancel();
        long nowNs = clock.nowNs();
        if (!link.isReady()) {
            return;
        }
        if (silence.isBlocked(nowNs)) {
            restart("it is blocked: after a refusal or a gap acknowledgements come, and no results");
            flow.pump();
        } else {
            silence.suspiciousUntilNs().stream()
                    .filter(atNs -> atNs - nowNs > 0)
                    .forEach(atNs -> suspicion = mailbox.at(atNs, this::watch));
        }
    }

    void processed(Incoming.Processed message) {
        silence.delivered(message.fragmentId(), clock.nowNs());
        Job job = inFlight.get(message.fragmentId());
        if (job == null) {
            receipts.stray(message.fragmentId());
            return;
        }
        landed(job);
        Duration roundTrip = job.sinceSent(clock.nowNs());
        lastRoundTrip = roundTrip;
        events.accept(new StreamEvent.RoundTrip(job.fragment.id(), roundTrip));
        if (message.failure().isPresent()) {
            receipts.unused(job.id);
            failed(job, message.failure().get());
        } else {
            refusedInARow = 0;
            worth.answered(job.level, roundTrip.toNanos(), clock.nowNs());
            usualAnswer = roundTrip.compareTo(SHORTEST_ANSWER) < 0 ? SHORTEST_ANSWER : roundTrip;
            breaker.success(job.permit);
            flow.answered(job);
            succeeded(job, message, roundTrip);
        }
        flow.pump();
    }

    private void succeeded(Job job, Incoming.Processed message, Duration roundTrip) {
        if (job.overtaken()) {
            receipts.unused(job.id);
            job.original(FallbackReason.LATE, "its result came after " + roundTrip.toMillis() + " ms");
        } else if (message.audio().isEmpty()) {
            receipts.unused(job.id);
            job.original(FallbackReason.UNUSABLE, "its result " + message.unusable());
        } else {
            receipts.handedOut(job);
            job.dubbed(new StsOutcome.Dubbed(
                    message.audio().get(),
                    roundTrip,
                    message.transcript(),
                    message.translation(),
                    message.background()));
        }
    }

    /** An {@code error} with a fragment's id. */
    void refused(String id, Failure failure) {
        silence.refused(id, clock.nowNs());
        Job job = inFlight.get(id);
        if (job == null) {
            events.accept(new StreamEvent.Warning(
                    "STS reports " + failure + " for fragment " + id + ", which is not in flight"));
            return;
        }
        landed(job);
        if (failure.isForLoad()) {
            worth.refused(job.level, failure.isWantOfRoom(), clock.nowNs());
        }
        failed(job, failure);
        refusedInARow = failure.isOfSession() ? refusedInARow + 1 : 0;
        if (refusedInARow >= REFUSED_IN_A_ROW) {
            restart("the service refuses every fragment of this session: " + failure.code());
        }
        watch();
        flow.pump();
    }

    private void failed(Job job, Failure failure) {
        if (!failure.retryable()) {
            breaker.neither(job.permit);
        } else {
            breaker.retryableFailure(job.permit, failure.code());
            if (resendFits(job)) {
                flow.resend(job);
                return;
            }
        }
        job.original(FallbackReason.FAILED, failure.toString());
    }

    private boolean resendFits(Job job) {
        return !job.overtaken()
                && job.sends <= settings.maxRetries()
                && breaker.allows()
                && job.fragment.deadlineNs() - clock.nowNs() > usualAnswer.toNanos();
    }

    /** What is overtaken counts as timed out: with the session its timeout would never come, and the breaker never learn of it. */
    private void restart(String reason) {
        if (!link.isReady()) {
            return;
        }
        link.restart(reason);
        List<Job> given = inFlight.values().stream().filter(Job::overtaken).toList();
        inFlight.values().removeAll(given);
        for (Job job : given) {
            breaker.retryableFailure(job.permit, "TIMEOUT");
            job.original(FallbackReason.TIMEOUT, "a new session was started: " + reason);
        }
        sessionLost("a new session was started: " + reason);
    }

    /** A new session in place of one that works. To be called when it is quiet. */
    void renew(String reason) {
        link.restart(reason);
        sessionEnded(reason);
    }

    void sessionReady() {
        receipts.newSession();
        silence.newSession();
        refusedInARow = 0;
    }

    /** Original audio for every fragment in flight, at once. */
    void sessionLost(String reason) {
        List<Job> all = new ArrayList<>(inFlight.values());
        inFlight.clear();
        receipts.clear();
        suspicion.cancel();
        silence.newSession();
        counted();
        for (Job job : all) {
            breaker.neither(job.permit);
            job.original(FallbackReason.DISCONNECTED, reason);
        }
    }

    /** What its deadline had overtaken was late and stays so; nothing else can be in flight at an orderly end. */
    void sessionEnded(String reason) {
        List<Job> late = inFlight.values().stream().filter(Job::overtaken).toList();
        inFlight.values().removeAll(late);
        late.forEach(job -> job.original(FallbackReason.LATE, "no result before the end of the session"));
        late.forEach(job -> breaker.neither(job.permit));
        sessionLost(reason);
    }
}
