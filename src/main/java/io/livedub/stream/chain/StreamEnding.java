package io.livedub.stream.chain;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;

import io.livedub.media.ClockExecutor;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.LifeEvent.Pipeline;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.source.SourceEvent;
import io.livedub.stream.source.StreamSource;

/**
 * How a stream comes to its end, and why: what is on its way airs, or nothing can air any more and all is closed. Whatever fails on the
 * way, the stream is over in the end: nobody would start it again otherwise.
 */
final class StreamEnding {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    /** A live source's last frame airs segment and offset after it came, and later by what late results have added. */
    private static final Duration MOST_DRAIN = Duration.ofSeconds(10);
    /** {@code stream:complete} is waited for 10 s. */
    private static final Duration STS_END_LIMIT = Duration.ofSeconds(12);
    /** The wait for STS when no result can air any more: for a last result, and then for a goodbye. */
    private static final Duration ABANDON_LIMIT = Duration.ofSeconds(2);

    private static final Duration LAST_RESULT = Duration.ofSeconds(1);

    private final StreamParts parts;
    private final StreamLife life;
    private final StreamSource source;
    private final Languages languages;
    private final IntSupplier queued;
    private final ScheduledExecutorService timers;
    private final AtomicBoolean finishing = new AtomicBoolean();
    private volatile StreamFailure failure;
    private volatile String reason = "the source has ended";
    private volatile boolean abandoned;
    private volatile Uni<Void> stsEnded;
    private volatile Cancellable chain;
    private Consumer<StreamState> over;

    /** @param queued frames that wait to air */
    StreamEnding(StreamParts parts, StreamLife life, StreamSource source, Languages languages, IntSupplier queued) {
        this.parts = parts;
        this.life = life;
        this.source = source;
        this.languages = languages;
        this.queued = queued;
        this.timers = new ClockExecutor(parts.clock());
    }

    /** Lets held segments air after the source has ended, and also after the source could not be opened again. */
    Multi<SourceEvent> drainBehind(Multi<SourceEvent> events) {
        return events.onFailure(StreamFailure.class)
                .recoverWithMulti(cause -> {
                    sourceFailed((StreamFailure) cause);
                    return Multi.createFrom().empty();
                })
                .onCompletion()
                .invoke(this::drains)
                .onCompletion()
                .continueWith(new SourceEvent.SourceOver());
    }

    /** @param told gets the last state, once; to be said before anything runs */
    void onOver(Consumer<StreamState> told) {
        over = told;
    }

    /** The work that is cancelled when no segment can air any more. */
    void chain(Cancellable running) {
        chain = running;
    }

    /** No more is read; what is held airs. Does not block. */
    void drain(String why) {
        readOn(why);
        source.stop();
    }

    /** The stream ends here, as after {@link #drain}; what is read until then is for the next process. */
    void readOn(String why) {
        reason = why;
        life.change(why, state -> state.drain(why));
    }

    /**
     * Nothing more is read. Said at once: a publisher that comes now is not this run's any more, though results may be waited for.
     *
     * <p>All has to have aired within a time. A source that ran far ahead of its time would keep the stream on air for as long, though it was told to
     * stop. What is relayed has aired already.
     */
    private void drains() {
        life.change(reason, state -> state.drain(reason));
        if (parts.passthrough()) {
            return;
        }
        Duration limit = parts.segmentDuration()
                .plus(parts.offset().orElse(parts.stsTimeout()))
                .plus(MOST_DRAIN);
        parts.clock().schedule(parts.clock().nowNs() + limit.toNanos(), () -> {
            if (!finishing.get()) {
                parts.events()
                        .accept(new LifeEvent.Warning(String.format(
                                Locale.ROOT,
                                "draining has taken %d s, its limit, because the source ran ahead of its time; %d"
                                        + " frames are dropped",
                                limit.toSeconds(),
                                queued.getAsInt())));
                cutOff();
            }
        });
    }

    /** Keeps the reason why the source cannot be opened; it becomes the reason of the end. */
    private void sourceFailed(StreamFailure cause) {
        failure = cause;
        reason = cause.getMessage();
    }

    /** STS will not have this stream. */
    void stsFailed(StreamFailure cause) {
        if (failure == null) {
            failure = cause;
            drain(cause.getMessage());
        }
    }

    /** Another process has the stream, or may have it now: nothing more airs here. */
    void handedOver() {
        abandoned = true;
        cutOff();
    }

    void publishingFailed(StreamFailure cause) {
        if (finishing.get()) {
            return;
        }
        failure = cause;
        parts.events().accept(new LifeEvent.PipelineError(Pipeline.SINK, cause.getMessage()));
        abandon();
    }

    void defect(Throwable cause) {
        if (finishing.get()) {
            return;
        }
        failure = new StreamFailure(ExitCode.of(cause), "internal error: " + cause);
        parts.events().accept(new LifeEvent.Defect(cause));
        abandon();
    }

    /** Called when everything that will air is known. The session with STS ends while it airs, since the last fragment has its result. */
    void allOffered() {
        life.change(reason, state -> state.drain(reason));
        stsEnded = languages.endDubbing(reason, Dubbing.PATIENT).memoize().indefinitely();
        stsEnded.subscribe().with(ignored -> {}, ignored -> {});
    }

    /** All has aired: what is behind the chain is ended, each part within its time. */
    void finish() {
        if (!finishing.compareAndSet(false, true)) {
            return;
        }
        try {
            Uni<Void> sts = stsEnded == null ? Uni.createFrom().voidItem() : stsEnded;
            Uni.combine()
                    .all()
                    .unis(
                            languages.endOutputs(END_LIMIT),
                            within(abandoned || publishingLost() ? ABANDON_LIMIT : STS_END_LIMIT, sts),
                            within(END_LIMIT, parts.files().written()))
                    .discardItems()
                    .subscribe()
                    .with(ignored -> finished(), ignored -> finished());
        } catch (RuntimeException | Error failed) {
            parts.events().accept(new LifeEvent.Defect(failed));
            finished();
        }
    }

    /** Completes when {@code waited} does or has failed, or when {@code limit} is over; never fails. */
    private Uni<Void> within(Duration limit, Uni<Void> waited) {
        return waited.onFailure()
                .recoverWithNull()
                .ifNoItem()
                .after(limit)
                .on(timers)
                .recoverWithItem(() -> null);
    }

    /** Gives up: no more segments can air. */
    private void abandon() {
        reason = failure.getMessage();
        evenIfItFails(languages::closeOutputs);
        evenIfItFails(source::stop);
        cutOff();
    }

    /** Drops the segments that have not aired yet. */
    private void cutOff() {
        Cancellable running = chain;
        if (running != null) {
            evenIfItFails(running::cancel);
        }
        evenIfItFails(() -> stsEnded = languages.endDubbing(reason, LAST_RESULT));
        finish();
    }

    private void evenIfItFails(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failed) {
            parts.events().accept(new LifeEvent.Defect(failed));
        }
    }

    private boolean publishingLost() {
        StreamFailure cause = failure;
        return cause != null && cause.exitCode() == ExitCode.PUBLISHING;
    }

    private void finished() {
        evenIfItFails(languages::close);
        StreamFailure cause = failure;
        life.change(
                reason,
                state -> cause == null
                        ? state instanceof StreamState.Draining draining
                                ? draining.drained()
                                : new StreamState.Ended(reason)
                        : state.fail(cause.getMessage(), cause.exitCode()));
        over.accept(life.state());
    }
}
