package io.livedub.sts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.FragmentState.InFlight;
import io.livedub.sts.FragmentState.Sending;
import io.livedub.sts.FragmentState.Submitted;
import io.livedub.sts.FragmentState.Waiting;

/**
 * The fragments of a session that are not decided. Owns their states: what waits, what is with the service, and what becomes of each changes
 * here only, together with the collection that it is in. Runs in the mailbox.
 */
final class PendingFragments {
    private static final MediaClock.Timer NO_TIMER = () -> {};

    private final Consumer<StreamEvent> events;
    /** In the order of sending; bounded by {@link FragmentSender#MAX_WAITING} and what is sent again. */
    private final Deque<PendingFragment> waiting = new ArrayDeque<>();
    /** Bounded by the service's window, and by the time-out of each. */
    private final Map<String, PendingFragment> inFlight = new LinkedHashMap<>();

    private volatile int inFlightCount;

    PendingFragments(Consumer<StreamEvent> events) {
        this.events = events;
    }

    boolean has(String id) {
        return inFlight.containsKey(id) || waiting.stream().anyMatch(other -> other.id.equals(id));
    }

    /** In the order of sending. */
    Collection<PendingFragment> waiting() {
        return Collections.unmodifiableCollection(waiting);
    }

    /** Null when none waits. */
    PendingFragment firstWaiting() {
        return waiting.peekFirst();
    }

    /** Null when none waits. */
    PendingFragment lastWaiting() {
        return waiting.peekLast();
    }

    /** The fragments in flight, oldest first, including those that their deadlines have overtaken. */
    Collection<PendingFragment> inFlight() {
        return Collections.unmodifiableCollection(inFlight.values());
    }

    /** Null when it is not with the service. */
    PendingFragment inFlight(String id) {
        return inFlight.get(id);
    }

    /** May be read from any thread. */
    int inFlightCount() {
        return inFlightCount;
    }

    /** Whether no fragment in flight can still air. */
    boolean onlyOvertaken() {
        return inFlight.values().stream().allMatch(PendingFragment::isOvertaken);
    }

    void accept(PendingFragment fragment, MediaClock.Timer deadline) {
        if (fragment.state() instanceof Submitted submitted) {
            fragment.enter(submitted.accept(deadline));
            waiting.add(fragment);
        }
    }

    /** @param resultExpected whether a result can be expected in time when it is sent now */
    void judged(PendingFragment fragment, boolean resultExpected) {
        fragment.enter(fragment.waiting().judged(resultExpected));
    }

    /** The service has asked to wait until then before it is sent. */
    void slowedUntil(PendingFragment fragment, long atNs) {
        fragment.enter(fragment.waiting().slowedUntil(atNs));
    }

    void sent(PendingFragment fragment, Sending sending, MediaClock.Timer timeout) {
        waiting.remove(fragment);
        fragment.enter(fragment.waiting().sent(sending, timeout));
        inFlight.put(fragment.id, fragment);
        events.accept(new SegmentEvent.FragmentSent(fragment.fragment.id()));
        counted();
    }

    /** The service has answered, or its time is over: it has no place in the window any more. */
    void landed(PendingFragment fragment) {
        inFlight.remove(fragment.id);
        timeout(fragment).cancel();
        counted();
    }

    /** Queues a fragment to be sent once more, before the fragments that came after it. */
    void again(PendingFragment fragment) {
        if (fragment.state() instanceof InFlight flying) {
            fragment.enter(flying.again());
            waiting.addFirst(fragment);
        }
    }

    /** The original airs; why is known later. The fragment keeps its place in the window: to the service it is still there. */
    void overtaken(PendingFragment fragment) {
        if (fragment.state() instanceof InFlight flying) {
            fragment.enter(flying.deadlineOver());
            fragment.outcome.complete(new StsOutcome.Original("no result by its deadline"));
        }
    }

    void dubbed(PendingFragment fragment, StsOutcome.Dubbed dubbed) {
        decide(fragment);
        fragment.outcome.complete(dubbed);
    }

    /** The original airs, or has aired, and this is why. */
    void original(PendingFragment fragment, FallbackReason reason, String detail) {
        waiting.remove(fragment);
        decide(fragment);
        fragment.outcome.complete(new StsOutcome.Original(detail));
        events.accept(new SegmentEvent.Fallback(fragment.fragment.id(), reason, detail));
    }

    private static void decide(PendingFragment fragment) {
        deadline(fragment).cancel();
        timeout(fragment).cancel();
        fragment.enter(new FragmentState.Decided());
    }

    /** Takes all out that wait. */
    List<PendingFragment> takeWaiting() {
        List<PendingFragment> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Takes all out that are with the service. */
    List<PendingFragment> takeInFlight() {
        List<PendingFragment> all = new ArrayList<>(inFlight.values());
        inFlight.clear();
        return all;
    }

    /** Takes those out that are with the service and cannot air any more. */
    List<PendingFragment> takeOvertaken() {
        List<PendingFragment> all =
                inFlight.values().stream().filter(PendingFragment::isOvertaken).toList();
        inFlight.values().removeAll(all);
        return all;
    }

    /** Says how many are with the service. */
    void counted() {
        inFlightCount = inFlight.size();
        events.accept(new LifeEvent.Figures(Map.of(Figure.INFLIGHT, (long) inFlightCount)));
    }

    private static MediaClock.Timer deadline(PendingFragment fragment) {
        if (fragment.state() instanceof Waiting wait) {
            return wait.deadline();
        }
        return fragment.state() instanceof InFlight flying ? flying.deadline() : NO_TIMER;
    }

    private static MediaClock.Timer timeout(PendingFragment fragment) {
        return fragment.state() instanceof FragmentState.Sent sent ? sent.timeout() : NO_TIMER;
    }
}
