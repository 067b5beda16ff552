package io.livedub.sts;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.StreamEvent;

/** One fragment on its way: what was promised to the caller, and what has been counted. Touched in the mailbox only. */
final class Job {
    final Fragment fragment;
    final String id;
    final String base64;
    final CompletableFuture<StsOutcome> outcome = new CompletableFuture<>();
    private final Consumer<StreamEvent> events;

    /** Times it was sent. */
    int sends;

    long sentNs;
    /** The number it was last sent with. */
    int sequence;
    /** How many fragments the service had with it when it was last sent, this one included. */
    int level;
    /** No result could be expected in time when it was last looked at. */
    boolean notWorth;
    /** Sent to find out whether a pause still holds. */
    boolean probesPause;
    /** When {@code slow_down} lets it go; null as long as that was not asked. */
    Long slowUntilNs;

    StsBreaker.Permit permit;
    MediaClock.Timer deadline = () -> {};
    MediaClock.Timer timeout = () -> {};

    Job(Fragment fragment, String base64, Consumer<StreamEvent> events) {
        this.fragment = fragment;
        this.id = fragment.id().toString();
        this.base64 = base64;
        this.events = events;
    }

    /** The original airs already, and a result can only be counted. */
    boolean overtaken() {
        return outcome.isDone();
    }

    void dubbed(StsOutcome.Dubbed dubbed) {
        deadline.cancel();
        outcome.complete(dubbed);
    }

    /** The original airs, by the deadline; why is known later. */
    void overtakenByDeadline() {
        outcome.complete(new StsOutcome.Original("no result by its deadline"));
    }

    /** The original airs, or has aired, and this is why. The end of this job. */
    void original(FallbackReason reason, String detail) {
        deadline.cancel();
        timeout.cancel();
        outcome.complete(new StsOutcome.Original(detail));
        events.accept(new StreamEvent.Fallback(fragment.id(), reason, detail));
    }

    Duration sinceSent(long nowNs) {
        return Duration.ofNanos(nowNs - sentNs);
    }
}
