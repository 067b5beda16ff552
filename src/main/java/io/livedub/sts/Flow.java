package io.livedub.sts;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import io.livedub.media.MediaClock;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;

/** The sending side: what waits, and what lets it go. In order, always. Runs in the mailbox. */
final class Flow {
    /**
     * Fragments waiting to be sent. With a segment every 6 s and 6 s until its deadline two wait at most; beyond this bound a new
     * one airs with its original audio at once (those before it air earlier, so theirs is the better chance).
     */
    static final int MAX_WAITING = 16;

    /** Base64 characters of one fragment: the strictest server takes messages of 10 MiB, with the fields around it. */
    static final int MAX_BASE64_CHARS = 10 * 1024 * 1024 - 4096;

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final InstantSource wallClock;
    private final StsObserver observer;
    private final Link link;
    private final StsBreaker breaker;
    private final Flight flight;
    private final Backpressure backpressure;
    private final Deque<Job> waiting = new ArrayDeque<>();

    private Long notBeforeNs;
    private int sequence;
    private Optional<String> sourceLost = Optional.empty();
    private boolean pauseSaid;
    private Optional<Runnable> whenDrained = Optional.empty();
    private boolean refusing;

    Flow(
            StsSettings settings,
            Mailbox mailbox,
            MediaClock clock,
            InstantSource wallClock,
            StsObserver observer,
            Link link,
            StsBreaker breaker,
            Flight flight) {
        this.settings = settings;
        this.mailbox = mailbox;
        this.clock = clock;
        this.wallClock = wallClock;
        this.observer = observer;
        this.link = link;
        this.breaker = breaker;
        this.flight = flight;
        this.backpressure = new Backpressure(mailbox, clock, settings.timing().pauseProbe(), this::pump);
    }

    void submit(Job job) {
        if (!link.isReady()) {
            link.introduce(job.fragment.sampleRateHz(), job.fragment.channels());
        }
        if (refusing) {
            job.original(FallbackReason.DISCONNECTED, "the session has ended");
        } else if (job.fragment.deadlineNs() - clock.nowNs() <= 0) {
            job.original(FallbackReason.LATE, "came after its deadline");
        } else if (!link.isReady() && !link.isOpening()) {
            job.original(FallbackReason.DISCONNECTED, "not connected");
        } else if (beganTooEarly(job)) {
            job.original(FallbackReason.DISCONNECTED, "its segment began before the reconnect");
        } else if (!breaker.allows()) {
            job.original(
                    FallbackReason.BREAKER_OPEN,
                    "the breaker is " + breaker.state().label());
        } else if (job.base64.length() > MAX_BASE64_CHARS) {
            job.original(
                    FallbackReason.FAILED, "too large to be sent: %d base64 characters".formatted(job.base64.length()));
        } else if (flight.has(job.id) || waiting.stream().anyMatch(other -> other.id.equals(job.id))) {
            job.original(FallbackReason.FAILED, "submitted twice");
        } else if (waiting.size() >= MAX_WAITING) {
            job.original(held(), "not accepted: %d fragments are waiting".formatted(waiting.size()));
        } else {
            waiting.add(job);
            job.deadline = mailbox.at(job.fragment.deadlineNs(), () -> deadline(job));
            pump();
        }
    }

    /** Once more, before what came after it. */
    void resend(Job job) {
        waiting.addFirst(job);
    }

    private boolean beganTooEarly(Job job) {
        return notBeforeNs != null && job.fragment.startedNs() - notBeforeNs < 0;
    }

    private FallbackReason held() {
        return backpressure.inForce() ? FallbackReason.BACKPRESSURE : FallbackReason.LATE;
    }

    private void deadline(Job job) {
        if (!waiting.remove(job)) {
            flight.overtaken(job);
        } else if (!link.isReady()) {
            job.original(FallbackReason.DISCONNECTED, "no session before its deadline");
        } else if (job.sends > 0) {
            job.original(FallbackReason.FAILED, "failed, and could not be sent again before its deadline");
        } else {
            job.original(held(), "could not be sent before its deadline");
        }
        pump();
    }

    /** Sends what can be sent, and does what waits for that. */
    void pump() {
        while (!waiting.isEmpty() && sendFirst()) {}
        if (link.isReady() && waiting.isEmpty() && sourceLost.isPresent() && !pauseSaid) {
            pauseSaid = true;
            link.send(new Outgoing.Pause(settings.streamId(), sourceLost.get()));
        }
        if (waiting.isEmpty() && flight.onlyOvertaken()) {
            Optional<Runnable> drained = whenDrained;
            whenDrained = Optional.empty();
            drained.ifPresent(Runnable::run);
        }
    }

    /** @return whether the next one may be looked at */
    private boolean sendFirst() {
        Job job = waiting.element();
        if (!breaker.allows()) {
            waiting.remove();
            job.original(
                    FallbackReason.BREAKER_OPEN,
                    "the breaker is " + breaker.state().label());
            return true;
        }
        if (!link.isReady() || pauseSaid || flight.occupied() >= link.window() || !backpressure.lets(job)) {
            return false;
        }
        if (!link.announced(job.fragment.sampleRateHz(), job.fragment.channels())) {
            renew(job.fragment);
            return false;
        }
        waiting.remove();
        job.permit = breaker.acquire();
        backpressure.sent(job);
        Fragment fragment = job.fragment;
        flight.sent(job);
        link.send(new Outgoing.FragmentData(
                job.id,
                settings.streamId(),
                sequence++,
                wallClock.millis(),
                fragment.sampleRateHz(),
                fragment.channels(),
                (int) (fragment.durationNs() / 1_000_000),
                job.base64,
                fragment.ptsNs(),
                fragment.sourcePtsNs()));
        return true;
    }

    /**
     * The source's sound is another than {@code stream:init} said. That event is promised to work as the first one of a connection only, and no
     * service has promised to take what it did not announce; so what is in flight is waited for, and a new session begun.
     */
    private void renew(Fragment fragment) {
        if (flight.quiet()) {
            link.introduce(fragment.sampleRateHz(), fragment.channels());
            flight.renew("the source's sound has %d Hz and %d channels now"
                    .formatted(fragment.sampleRateHz(), fragment.channels()));
        }
    }

    void sessionReady(boolean reconnected) {
        sequence = 0;
        pauseSaid = false;
        backpressure.clear();
        notBeforeNs = reconnected ? Long.valueOf(clock.nowNs()) : notBeforeNs;
        pump();
    }

    /** What waits airs with its original audio: when the service is back, its segment will have begun before that. */
    void sessionLost(String reason) {
        backpressure.clear();
        List<Job> all = new ArrayList<>(waiting);
        waiting.clear();
        all.forEach(job -> job.original(FallbackReason.DISCONNECTED, reason));
        pump();
    }

    void asked(Incoming.Backpressure message) {
        observer.backpressure(message.action().label(), message.detail());
        backpressure.set(message.action(), message.delayMs());
        pump();
    }

    void answered(Job job) {
        backpressure.answered(job);
    }

    void sourceLost(String reason) {
        sourceLost = Optional.of(reason);
        pump();
    }

    void sourceBack() {
        sourceLost = Optional.empty();
        if (pauseSaid) {
            pauseSaid = false;
            link.send(new Outgoing.Resume(settings.streamId()));
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
