package io.livedub.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.kubernetes.JobPhase.KnownJob;
import io.livedub.kubernetes.JobPhase.UnknownJob;
import io.livedub.line.Token;
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
 * <p>A Job needs nobody: its {@code run} reads its source itself, waits for it as long as the grace time and ends by itself. What is
 * said by its line ({@link HeardJob}) is to look at it and to change it. To stop is to delete the Job in the foreground: it is there until its pod has drained, so that a successor of the same name begins behind it.
 */
final class JobStream implements RunningStream {
    /** How often one looks whether a predecessor of the same name has drained. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final StreamId streamId;
    private final String name;
    private final Function<String, ObjectNode> manifest;
    private final Host host;
    private final JobLife life;
    private final StreamLog log;
    private final CompletableFuture<StreamState> over = new CompletableFuture<>();
    private final JobCalls calls;
    private final boolean publisherKnown;
    private final Optional<JobVoice> voice;
    private final String token = Token.draw();

    private JobPhase phase = UnknownJob.INITIAL;

    /** The parts that all streams share. */
    record Host(ApiServer api, Executor loop, MediaClock clock, Duration drainLimit, Consumer<JobStream> forget) {}

    /**
     * @param manifest the Job, made anew for each attempt, by its token
     * @param publisherKnown false when all that is known of the stream is its Job
     * @param voices makes its line's end of this process; empty: the stream cannot be heard
     * @param events for states of the stream; all else comes from its voice
     */
    JobStream(
            StreamId streamId,
            String name,
            Function<String, ObjectNode> manifest,
            boolean publisherKnown,
            Optional<Function<JobVoice.VoiceListener, JobVoice>> voices,
            Host host,
            Consumer<StreamEvent> events) {
        this.streamId = streamId;
        this.name = name;
        this.manifest = manifest;
        this.host = host;
        this.life = new JobLife(events, host.clock(), host.drainLimit());
        this.publisherKnown = publisherKnown;
        this.log = StreamLog.of(streamId);
        this.calls = new JobCalls(host.loop(), host.clock(), over::isDone, this::broken);
        this.voice = voices.map(made -> made.apply(life));
        voice.map(JobVoice::line).ifPresent(its -> {
            life.listensTo(its);
            its.expect(token, false);
        });
    }

    String name() {
        return name;
    }

    StreamId streamId() {
        return streamId;
    }

    Optional<JobVoice> voice() {
        return voice;
    }

    void create() {
        if (life.isStopped()) {
            stopUnknown();
            return;
        }
        phase = unknown().asked();
        calls.ask(host.api().createJob(manifest.apply(token)), (created, failure) -> {
            if (failure == null) {
                log.info("the stream's Job was created; it waits for its pod", "job", name);
                mine(JobView.of(created));
            } else if (JobCalls.status(failure) == ApiRefusal.CONFLICT) {
                calls.ask(host.api().job(name), this::there);
            } else {
                phase = unknown().notCreated(failure instanceof ApiRefusal);
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
        if (!other.isOf(streamId)) {
            end(new StreamState.Failed(
                    String.format(Locale.ROOT, "a Job named %s is there that is not of this stream", name),
                    ExitCode.INTERNAL));
        } else if (other.deleting()) {
            life.tell(life.state(), String.format(Locale.ROOT, "waits until Job %s has drained", name));
            calls.later(LOOK, this::create);
        } else if (other.end().isPresent()) {
            calls.ask(host.api().deleteJob(name, other.uid(), false), (gone, refusal) -> {
                if (refusal == null || JobCalls.isGone(refusal)) {
                    create();
                } else {
                    refused(refusal, this::create);
                }
            });
        } else {
            log.info("the stream's Job runs already and is taken over", "job", name);
            if (publisherKnown) {
                life.publisherBack();
            }
            voice.ifPresent(its -> its.line().expect(other.token(), true));
            mine(other);
        }
    }

    /** A Job that is known may be looked for once more, when a stop and a retry have crossed. */
    private UnknownJob unknown() {
        return phase instanceof UnknownJob unknown ? unknown : UnknownJob.INITIAL.asked();
    }

    private void mine(JobView found) {
        UnknownJob before = unknown();
        phase = new KnownJob(found, host.clock().nowNs());
        calls.succeeded();
        if (before.isGone(found)) {
            gone();
        } else if (life.isStopped()) {
            delete();
        } else {
            changed(before.latest(found));
        }
    }

    /** The API server's latest word on the Job of this name. */
    void changed(JobView now) {
        if (phase instanceof UnknownJob unknown) {
            phase = unknown.seen(now);
        } else if (phase instanceof KnownJob known && known.is(now) && !over.isDone()) {
            phase = known.changed(now);
            follow(now);
        }
    }

    private void follow(JobView now) {
        if (now.end().isPresent()) {
            end(life.endOf(now.end().get()));
        } else {
            life.follow(now);
        }
    }

    /** The Job of this name is gone. */
    void deleted(JobView gone) {
        if (phase instanceof UnknownJob unknown) {
            phase = unknown.gone(gone);
        } else if (phase instanceof KnownJob known && known.is(gone)) {
            gone();
        }
    }

    /** A list without it, that was asked for at this time. */
    void missing(long askedNs) {
        if (phase instanceof KnownJob known && known.knownNs() - askedNs < 0) {
            gone();
        }
    }

    private void gone() {
        end(life.endOfVanished());
    }

    @Override
    public Uni<StreamState> over() {
        return Uni.createFrom().completionStage(over);
    }

    @Override
    public void publisherGone() {
        host.loop().execute(life::publisherGone);
    }

    @Override
    public void publisherThere() {
        host.loop().execute(life::publisherBack);
    }

    @Override
    public List<String> settings(StreamSettings before, StreamSettings now) {
        log.warn("settings were changed; the Job keeps its old settings until the stream starts again", "job", name);
        return StreamCommand.changed(before, now);
    }

    @Override
    public void stop(String reason) {
        host.loop().execute(() -> {
            if (life.isStopped() || over.isDone()) {
                return;
            }
            life.stop(reason);
            if (phase instanceof KnownJob) {
                delete();
            } else if (calls.isWaiting()) {
                stopUnknown();
            }
        });
    }

    /** A Job whose creation was never answered may be there. */
    private void stopUnknown() {
        if (!unknown().maybeCreated()) {
            end(life.stopped());
            return;
        }
        calls.ask(host.api().job(name), (found, failure) -> {
            if (failure == null && JobView.of(found).isOf(streamId)) {
                mine(JobView.of(found));
            } else if (failure == null || JobCalls.status(failure) == ApiRefusal.NOT_FOUND) {
                end(life.stopped());
            } else {
                refused(failure, this::stopUnknown);
            }
        });
    }

    private void delete() {
        String uid = ((KnownJob) phase).job().uid();
        calls.ask(host.api().deleteJob(name, uid, true), (answer, failure) -> {
            if (failure == null && "Job".equals(answer.path("kind").asText())) {
                // The watch tells when it is gone.
                calls.succeeded();
            } else if (failure == null || JobCalls.isGone(failure)) {
                end(life.stopped());
            } else {
                refused(failure, this::delete);
            }
        });
    }

    /** An API server that is away is no failure of the stream: it is asked again. A refusal by the server ends the stream. */
    private void refused(IOException failure, Runnable again) {
        if (failure instanceof ApiRefusal refusal && !refusal.isPassing()) {
            end(new StreamState.Failed(
                    refusal.getMessage(), refusal.isOurMistake() ? ExitCode.USAGE : ExitCode.INTERNAL));
            return;
        }
        life.tell(life.state(), "the Kubernetes API server is asked again: " + failure.getMessage());
        calls.again(again);
    }

    private void broken(RuntimeException defect) {
        log.defect("the answer about its Job could not be used", defect);
        end(new StreamState.Failed("internal error: " + defect, ExitCode.INTERNAL));
    }

    private void end(StreamState how) {
        if (!over.isDone()) {
            life.end(how);
            voice.ifPresent(JobVoice::close);
            host.forget().accept(this);
            over.complete(how);
        }
    }
}
