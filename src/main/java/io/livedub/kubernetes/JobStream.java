package io.livedub.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;

import io.livedub.config.StreamSettings;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.RunningStream;

/**
 * A stream in a Job. All of it happens on the one thread of its launcher.
 *
 * <p>Nothing is said to a Job: its {@code run} reads its source itself, waits for it as long as the grace time and ends by itself. To stop is
 * to delete the Job in the foreground: it is there until its pod has drained, so that a successor of the same name begins behind it.
 */
final class JobStream implements RunningStream {
    /** How often one looks whether a predecessor of the same name has drained. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final String streamId;
    private final String name;
    private final Supplier<ObjectNode> manifest;
    private final Host host;
    private final Consumer<StreamEvent> events;
    private final StreamLog log;
    private final CompletableFuture<StreamState> over = new CompletableFuture<>();
    private final JobCalls calls;
    private final boolean publisherKnown;

    private JobView job;
    private JobView early;
    private String goneEarly = "";
    private long knownNs;
    private StreamState state = StreamState.initial();
    private String told = "";
    private String stopReason;
    private boolean maybeCreated;
    private Long publisherBackNs;

    /** What streams share. */
    record Host(ApiServer api, Executor loop, MediaClock clock, Duration drainLimit, Consumer<JobStream> forget) {}

    /**
     * @param manifest the Job, made anew for each attempt
     * @param publisherKnown false when all that is known of the stream is its Job
     */
    JobStream(
            String streamId,
            String name,
            Supplier<ObjectNode> manifest,
            boolean publisherKnown,
            Host host,
            Consumer<StreamEvent> events) {
        this.streamId = streamId;
        this.name = name;
        this.manifest = manifest;
        this.host = host;
        this.events = events;
        this.publisherKnown = publisherKnown;
        this.log = StreamLog.of(streamId);
        this.calls = new JobCalls(host.loop(), host.clock(), over::isDone, this::broken);
    }

    String name() {
        return name;
    }

    void create() {
        if (stopReason != null) {
            stopUnknown();
            return;
        }
        maybeCreated = true;
        calls.ask(host.api().createJob(manifest.get()), (created, failure) -> {
            if (failure == null) {
                log.info("its Job is created", "job", name);
                mine(JobView.of(created));
            } else if (JobCalls.status(failure) == ApiRefusal.CONFLICT) {
                calls.ask(host.api().job(name), this::there);
            } else {
                maybeCreated = !(failure instanceof ApiRefusal);
                refused(failure, this::create);
            }
        });
    }

    /** A Job of this name was there before. */
    private void there(JsonNode found, IOException failure) {
        if (failure != null) {
            if (JobCalls.status(failure) == ApiRefusal.NOT_FOUND) {
                create();
            } else {
                refused(failure, this::create);
            }
            return;
        }
        JobView other = JobView.of(found);
        if (!other.streamId().equals(streamId)) {
            end(new StreamState.Failed(
                    String.format(Locale.ROOT, "a Job named %s is there that is not of this stream", name),
                    ExitCode.INTERNAL));
        } else if (other.deleting()) {
            tell(state, String.format(Locale.ROOT, "waits until Job %s has drained", name));
            calls.later(LOOK, this::create);
        } else if (other.end().isPresent()) {
            calls.ask(host.api().deleteJob(name, other.uid(), false), (gone, refusal) -> {
                if (refusal == null || isGone(refusal)) {
                    create();
                } else {
                    refused(refusal, this::create);
                }
            });
        } else {
            log.info("its Job runs already", "job", name);
            if (publisherKnown) {
                publisherBackNs = host.clock().nowNs();
            }
            mine(other);
        }
    }

    private void mine(JobView known) {
        job = known;
        knownNs = host.clock().nowNs();
        calls.succeeded();
        if (known.uid().equals(goneEarly)) {
            gone();
        } else if (stopReason != null) {
            delete();
        } else {
            changed(early != null && early.isNewerThan(known) ? early : known);
        }
    }

    /** The API server's latest word on the Job of this name. */
    void changed(JobView now) {
        if (job == null) {
            // The watch may be quicker than the answer that says which Job is ours.
            early = now;
        }
        if (job == null || !now.uid().equals(job.uid()) || over.isDone()) {
            return;
        }
        job = now;
        if (now.end().isPresent()) {
            finished(now.end().get());
        } else if (now.deleting() && stopReason == null) {
            tell(state.drain("its Job is being deleted"), "its Job is being deleted");
        } else if (state instanceof StreamState.Connecting) {
            tell(now.ready() > 0 ? new StreamState.Live() : state, describe(now));
        } else if (state instanceof StreamState.Live && now.ready() == 0) {
            // Its pod has gone with its node, and another is on its way.
            tell(StreamState.initial(), describe(now));
        }
    }

    private String describe(JobView now) {
        return now.ready() > 0
                ? String.format(Locale.ROOT, "Job %s has a pod that is up", name)
                : String.format(Locale.ROOT, "Job %s waits for its pod", name);
    }

    /** The Job of this name is gone. */
    void deleted(JobView gone) {
        if (job == null) {
            goneEarly = gone.uid();
        } else if (gone.uid().equals(job.uid())) {
            gone();
        }
    }

    /** A list without it, that was asked for at this time. */
    void missing(long askedNs) {
        if (job != null && knownNs - askedNs < 0) {
            gone();
        }
    }

    private void gone() {
        if (stopReason != null) {
            end(new StreamState.Ended(stopReason));
        } else {
            end(new StreamState.Failed("the stream's Job is gone: it was deleted by another", ExitCode.INTERNAL));
        }
    }

    private void finished(StreamState how) {
        if (stopReason != null) {
            end(new StreamState.Ended(stopReason));
        } else if (how instanceof StreamState.Ended && endedBeforePublisherCame()) {
            end(new StreamState.Failed("the stream's Job had ended when its publisher came back", ExitCode.NO_SOURCE));
        } else {
            end(how);
        }
    }

    /**
     * A publisher that came while the Job drained was not seen by it, and no hook comes again. One that came more than a draining ago was: the
     * Job has read it, and then ended in order.
     */
    private boolean endedBeforePublisherCame() {
        return publisherBackNs != null
                && host.clock().nowNs() - publisherBackNs < host.drainLimit().toNanos();
    }

    @Override
    public Uni<StreamState> over() {
        return Uni.createFrom().completionStage(over);
    }

    @Override
    public void publisherGone() {
        host.loop().execute(() -> publisherBackNs = null);
    }

    @Override
    public void publisherThere() {
        host.loop().execute(() -> publisherBackNs = host.clock().nowNs());
    }

    /** A Job's arguments cannot be changed. */
    @Override
    public List<String> settings(StreamSettings before, StreamSettings now) {
        log.warn("its settings were changed: its Job has the former ones until the stream starts again", "job", name);
        return StreamCommand.changed(before, now);
    }

    @Override
    public void stop(String reason) {
        host.loop().execute(() -> {
            if (stopReason != null || over.isDone()) {
                return;
            }
            stopReason = reason;
            tell(state.drain(reason), reason);
            if (job != null) {
                delete();
            } else if (calls.isWaiting()) {
                stopUnknown();
            }
        });
    }

    /** A Job whose creation was never answered may be there. */
    private void stopUnknown() {
        if (!maybeCreated) {
            end(new StreamState.Ended(stopReason));
            return;
        }
        calls.ask(host.api().job(name), (found, failure) -> {
            if (failure == null && JobView.of(found).streamId().equals(streamId)) {
                mine(JobView.of(found));
            } else if (failure == null || JobCalls.status(failure) == ApiRefusal.NOT_FOUND) {
                end(new StreamState.Ended(stopReason));
            } else {
                refused(failure, this::stopUnknown);
            }
        });
    }

    private void delete() {
        calls.ask(host.api().deleteJob(name, job.uid(), true), (answer, failure) -> {
            if (failure == null && "Job".equals(answer.path("kind").asText())) {
                // The watch tells when it is gone.
                calls.succeeded();
            } else if (failure == null || isGone(failure)) {
                end(new StreamState.Ended(stopReason));
            } else {
                refused(failure, this::delete);
            }
        });
    }

    /** Not there, or another of the same name is. */
    private static boolean isGone(IOException failure) {
        return JobCalls.status(failure) == ApiRefusal.NOT_FOUND || JobCalls.status(failure) == ApiRefusal.CONFLICT;
    }

    /** An API server that is away is no failure of the stream: it is asked again. What it refuses is the stream's to end with. */
    private void refused(IOException failure, Runnable again) {
        if (failure instanceof ApiRefusal refusal && !refusal.isPassing()) {
            end(new StreamState.Failed(
                    refusal.getMessage(), refusal.isOurMistake() ? ExitCode.USAGE : ExitCode.INTERNAL));
            return;
        }
        tell(state, "the Kubernetes API server is asked again: " + failure.getMessage());
        calls.again(again);
    }

    private void broken(RuntimeException defect) {
        log.defect("the answer about its Job could not be used", defect);
        end(new StreamState.Failed("internal error: " + defect, ExitCode.INTERNAL));
    }

    private void tell(StreamState now, String reason) {
        if (!now.equals(state) || !reason.equals(told)) {
            StreamState from = state;
            state = now;
            told = reason;
            events.accept(new StreamEvent.Life(from, now, reason));
        }
    }

    private void end(StreamState how) {
        if (!over.isDone()) {
            state = how;
            host.forget().accept(this);
            over.complete(how);
        }
    }
}
