package io.livedub.sts;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;

/** The sending side: what waits, and what lets it go. In order, always. Runs in the mailbox. */
final class Flow {
    /** Fragments waiting to be sent, far more than can wait until their deadlines; beyond it a new one airs its original at once. */
    static final int MAX_WAITING = 16;

    /** Base64 characters of one fragment: the strictest server takes messages of 10 MiB, with the fields around it. */
    static final int MAX_BASE64_CHARS = 10 * 1024 * 1024 - 4096;

    /** Bytes of a fragment's message beside its base64: names, ids and numbers of bounded length. */
    static final int MESSAGE_OVERHEAD = 1024;

    private final StsSettings settings;
    private final Mailbox mailbox;
    private final MediaClock clock;
    private final InstantSource wallClock;
    private final Consumer<StreamEvent> events;
    private final Link link;
    private final StsBreaker breaker;
    private final Flight flight;
    private final Backpressure backpressure;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Worth worth;
    private MediaClock.Timer held = () -> {};

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
            Consumer<StreamEvent> events,
            Link link,
            StsBreaker breaker,
            Flight flight,
            Worth worth) {
        this.settings = settings;
        this.mailbox = mailbox;
        this.clock = clock;
        this.wallClock = wallClock;
        this.events = events;
        this.link = link;
        this.breaker = breaker;
        this.flight = flight;
        this.worth = worth;
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
                    FallbackReason.FAILED,
                    String.format(Locale.ROOT, "too large to be sent: %d base64 characters", job.base64.length()));
        } else if (flight.has(job.id) || waiting.stream().anyMatch(other -> other.id.equals(job.id))) {
            job.original(FallbackReason.FAILED, "submitted twice");
        } else if (waiting.size() >= MAX_WAITING) {
            job.original(held(), String.format(Locale.ROOT, "not accepted: %d fragments are waiting", waiting.size()));
        } else {
            waiting.add(job);
            worth.submitted(job.fragment.deadlineNs() - clock.nowNs());
            job.deadline = mailbox.at(job.fragment.deadlineNs(), () -> deadline(job));
            pump();
        }
    }

    /** Before what came after it. */
    void resend(Job job) {
        waiting.addFirst(job);
    }

    private boolean beganTooEarly(Job job) {
        return notBeforeNs != null && job.fragment.startedNs() - notBeforeNs < 0;
    }

    private FallbackReason held() {
        return backpressure.inForce() ? FallbackReason.BACKPRESSURE : FallbackReason.OVERLOAD;
    }

    private void deadline(Job job) {
        if (!waiting.remove(job)) {
            // It keeps its place in the window: to the service it is still there.
            job.overtakenByDeadline();
        } else {
            unsent(job);
        }
        pump();
    }

    /** Never sent, or not once more, and its time is over. */
    private void unsent(Job job) {
        if (!link.isReady()) {
            job.original(FallbackReason.DISCONNECTED, "no session before its deadline");
        } else if (job.sends > 0) {
            job.original(FallbackReason.FAILED, "failed, and could not be sent again before its deadline");
        } else {
            String why = job.notWorth ? "the service would not answer before its deadline" : "there was no room for it";
            job.original(held(), "not sent: " + why);
        }
    }

    /** Sends what can be sent, and does what waits for that. */
    void pump() {
        while (!waiting.isEmpty() && sendNext()) {}
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

    /** @return whether to look again */
    private boolean sendNext() {
        if (!breaker.allows()) {
            waiting.remove()
                    .original(
                            FallbackReason.BREAKER_OPEN,
                            "the breaker is " + breaker.state().label());
            return true;
        }
        if (!link.isReady() || pauseSaid || flight.occupied() >= link.window() || isHeld()) {
            return false;
        }
        Optional<Job> next = next();
        if (next.isEmpty() || !backpressure.lets(next.get())) {
            return false;
        }
        Job job = next.get();
        if (!link.announced(job.fragment.sampleRateHz(), job.fragment.channels())) {
            renew(job.fragment);
            return false;
        }
        if (job.base64.length() + MESSAGE_OVERHEAD > link.largestMessage()) {
            waiting.remove(job);
            job.original(
                    FallbackReason.FAILED,
                    String.format(
                            Locale.ROOT,
                            "not sent: its message of about %d bytes is larger than the %d that the service takes (maxPayload)",
                            job.base64.length() + MESSAGE_OVERHEAD,
                            link.largestMessage()));
            return true;
        }
        send(job);
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
     * The first one that is worth sending. Without one: the last one, which has the most time left, when it is time for a probe. What waits before it
     * is looked at again when the next answer comes; the service may be quicker then.
     */
    private Optional<Job> next() {
        long nowNs = clock.nowNs();
        for (Job job : waiting) {
            long leftNs = job.fragment.deadlineNs() - nowNs;
            job.notWorth = !worth.expects(flight.load(leftNs), leftNs, nowNs);
            if (!job.notWorth) {
                return Optional.of(job);
            }
        }
        Job last = waiting.getLast();
        boolean probes = worth.isProbe(nowNs) || worth.isTrial(flight.load(last.fragment.deadlineNs() - nowNs));
        return probes || backpressure.isProbing() ? Optional.of(last) : Optional.empty();
    }

    private void send(Job job) {
        // In order, always: what this one has overtaken will not be sent any more.
        while (waiting.element() != job) {
            unsent(waiting.remove());
        }
        waiting.remove();
        job.permit = breaker.acquire();
        backpressure.sent(job);
        worth.sent(clock.nowNs(), job.notWorth && !worth.isProbe(clock.nowNs()));
        Fragment fragment = job.fragment;
        job.sequence = sequence++;
        flight.sent(job);
        link.send(new Outgoing.FragmentData(
                job.id,
                settings.streamId(),
                job.sequence,
                wallClock.millis(),
                fragment.sampleRateHz(),
                fragment.channels(),
                (int) (fragment.durationNs() / 1_000_000),
                job.base64,
                fragment.ptsNs(),
                fragment.sourcePtsNs()));
    }

    /**
     * The source's sound is another than {@code stream:init} said. That event is promised to work as the first one of a connection only, and no
     * service has promised to take what it did not announce; so what is in flight is waited for, and a new session begun.
     */
    private void renew(Fragment fragment) {
        if (flight.quiet()) {
            link.introduce(fragment.sampleRateHz(), fragment.channels());
            flight.renew(String.format(
                    Locale.ROOT,
                    "the source's sound has %d Hz and %d channels now",
                    fragment.sampleRateHz(),
                    fragment.channels()));
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
        held.cancel();
        List<Job> all = new ArrayList<>(waiting);
        waiting.clear();
        all.forEach(job -> job.original(FallbackReason.DISCONNECTED, reason));
        pump();
    }

    void asked(Incoming.Backpressure message) {
        events.accept(new StreamEvent.Backpressure(message.action(), message.detail()));
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
