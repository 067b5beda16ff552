package io.livedub.sts;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.livedub.media.MediaClock;
import io.livedub.sts.protocol.Failure;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;

/** What was sent and not answered, and what becomes of it. Runs in the mailbox. */
final class Flight {
    /** Taken as the time of an answer as long as no good one has come; and no answer is taken to need less than the second. */
    private static final Duration ASSUMED_ANSWER = Duration.ofSeconds(1);

    private static final Duration SHORTEST_ANSWER = Duration.ofMillis(250);

    /** After its deadline a fragment is on air or not; this long after it nothing is to be expected from the receiver. */
    private static final Duration CONFIRMED_AFTER = Duration.ofSeconds(2);

    /** Fragments in a row that show that a session is stuck. */
    private static final int STUCK_AFTER = 2;

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final InstantSource wallClock;
    private final StsObserver observer;
    private final Link link;
    private final StsBreaker breaker;
    private final Map<String, Job> inFlight = new LinkedHashMap<>();
    private final Results results = new Results();
    private final Map<String, MediaClock.Timer> unconfirmed = new HashMap<>();

    private Flow flow;
    private volatile int size;
    private volatile Duration lastRoundTrip;
    /** Of good results only: a refusal is quick, and says nothing about how long dubbing takes. */
    private Duration usualAnswer = ASSUMED_ANSWER;

    private int overtakenInARow;
    private int refusedInARow;

    Flight(
            StsSettings settings,
            Mailbox mailbox,
            MediaClock clock,
            InstantSource wallClock,
            StsObserver observer,
            Link link,
            StsBreaker breaker) {
        this.settings = settings;
        this.mailbox = mailbox;
        this.clock = clock;
        this.wallClock = wallClock;
        this.observer = observer;
        this.link = link;
        this.breaker = breaker;
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
        return onlyOvertaken() && unconfirmed.isEmpty();
    }

    /**
     * Places of the window that are taken: what is not answered, and what was answered and not yet acknowledged by us. Strict
     * services count the second as well, and ask for a pause when the sum is above their window.
     */
    int occupied() {
        return size + unconfirmed.size();
    }

    void sent(Job job) {
        job.sentNs = clock.nowNs();
        job.sends++;
        job.acknowledged = false;
        job.timeout = mailbox.at(job.sentNs + settings.timeout().toNanos(), () -> timedOut(job));
        inFlight.put(job.id, job);
        observer.sent(job.fragment.id());
        counted();
    }

    private void counted() {
        size = inFlight.size();
        observer.inflight(size);
    }

    private void landed(Job job) {
        inFlight.remove(job.id);
        job.timeout.cancel();
        counted();
    }

    private void timedOut(Job job) {
        landed(job);
        breaker.retryableFailure(job.permit, "TIMEOUT");
        String detail = "no result within " + settings.timeout().toMillis() + " ms";
        job.original(FallbackReason.TIMEOUT, detail);
        observer.warning("fragment " + job.id + ": " + detail);
        flow.pump();
    }

    /** The deadline of one in flight has come. It keeps its place in the window: to the service it is still there. */
    void overtaken(Job job) {
        job.overtakenByDeadline();
        if (job.acknowledged && ++overtakenInARow >= STUCK_AFTER) {
            restart("results no longer come, acknowledgements do");
        }
    }

    void acknowledged(Incoming.Ack message) {
        Job job = inFlight.get(message.fragmentId());
        if (job != null) {
            job.acknowledged = true;
        }
    }

    void processed(Incoming.Processed message) {
        // Any result, of whatever fragment, shows that results still come.
        overtakenInARow = 0;
        Job job = inFlight.get(message.fragmentId());
        if (job == null) {
            stray(message.fragmentId());
            return;
        }
        landed(job);
        Duration roundTrip = job.sinceSent(clock.nowNs());
        lastRoundTrip = roundTrip;
        observer.roundTrip(job.fragment.id(), roundTrip);
        if (message.failure().isPresent()) {
            acknowledge(job.id, false);
            failed(job, message.failure().get());
        } else {
            refusedInARow = 0;
            usualAnswer = roundTrip.compareTo(SHORTEST_ANSWER) < 0 ? SHORTEST_ANSWER : roundTrip;
            breaker.success(job.permit);
            flow.answered(job);
            succeeded(job, message, roundTrip);
        }
        flow.pump();
    }

    private void succeeded(Job job, Incoming.Processed message, Duration roundTrip) {
        if (job.overtaken()) {
            acknowledge(job.id, false);
            job.original(FallbackReason.LATE, "its result came after " + roundTrip.toMillis() + " ms");
        } else if (message.audio().isEmpty()) {
            acknowledge(job.id, false);
            job.original(FallbackReason.UNUSABLE, "its result " + message.unusable());
        } else {
            results.handedOut(job.id);
            confirmBy(job);
            job.dubbed(new StsOutcome.Dubbed(
                    message.audio().get(), roundTrip, message.transcript(), message.translation()));
        }
    }

    /** A receiver that never says what became of its result must not block the window for ever. */
    private void confirmBy(Job job) {
        long atNs = job.fragment.deadlineNs() + CONFIRMED_AFTER.toNanos();
        unconfirmed.put(job.id, mailbox.at(atNs, () -> confirmed(job.id)));
    }

    private void confirmed(String id) {
        MediaClock.Timer timer = unconfirmed.remove(id);
        if (timer != null) {
            timer.cancel();
            flow.pump();
        }
    }

    private void stray(String id) {
        switch (results.of(id)) {
            case HANDED_OUT, ANSWERED -> observer.warning("a second result for fragment " + id + " was dropped");
            case UNANSWERED -> {
                observer.warning("a result for fragment " + id + ", which is not in flight, was dropped");
                if (Outgoing.isId(id)) {
                    acknowledge(id, false);
                }
            }
        }
    }

    /** An {@code error} with a fragment's id. */
    void refused(String id, Failure failure) {
        Job job = inFlight.get(id);
        if (job == null) {
            observer.warning("STS reports " + failure + " for fragment " + id + ", which is not in flight");
            return;
        }
        landed(job);
        failed(job, failure);
        refusedInARow = failure.isOfSession() ? refusedInARow + 1 : 0;
        if (refusedInARow >= STUCK_AFTER) {
            restart("the service refuses every fragment of this session: " + failure.code());
        }
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
        results.newSession();
        overtakenInARow = 0;
        refusedInARow = 0;
    }

    /** Original audio for every fragment in flight, at once. */
    void sessionLost(String reason) {
        List<Job> all = new ArrayList<>(inFlight.values());
        inFlight.clear();
        unconfirmed.values().forEach(MediaClock.Timer::cancel);
        unconfirmed.clear();
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

    void applied(UUID id) {
        if (results.isHandedOut(id.toString()) && results.take(id.toString())) {
            acknowledge(id.toString(), true);
        }
        confirmed(id.toString());
    }

    void unused(UUID id, String detail) {
        if (results.isHandedOut(id.toString())) {
            observer.fallback(id, FallbackReason.UNUSABLE, detail);
            if (results.take(id.toString())) {
                acknowledge(id.toString(), false);
            }
            confirmed(id.toString());
        }
    }

    private void acknowledge(String id, boolean applied) {
        results.answered(id);
        link.send(new Outgoing.FragmentAck(id, applied, wallClock.millis()));
    }
}
