package io.livedub.dub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongUnaryOperator;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaClock.Timer;
import io.livedub.segment.Segment;
import io.livedub.sts.FallbackReason;
import io.livedub.sts.Fragment;
import io.livedub.sts.FragmentExchange;
import io.livedub.sts.StsObserver;
import io.livedub.sts.StsOutcome;

/** From a segment to what airs in its place, by its deadline: dubbed when all went well, else the original. */
public final class Dubber {
    /** Kept between a fragment's deadline and its air time, for decoding, fitting and encoding (design: media-pipeline, "Presentation"). */
    public static final Duration FIT_MARGIN = Duration.ofMillis(500);
    /** A fit that is not finished this long before air is given up: late audio must never be pushed. */
    static final Duration HANDOVER_MARGIN = Duration.ofMillis(250);

    /** Servers accept 100 ms and more. */
    private static final long MIN_FRAGMENT_NS = 100_000_000L;

    private final FragmentExchange sts;
    private final Fitter fitter;
    private final StsObserver observer;
    private final MediaClock clock;
    private final Executor workers;
    private final AtomicReference<CompletableFuture<Void>> preparing =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    /** @param workers runs muxing and codec work, which blocks */
    public Dubber(FragmentExchange sts, Fitter fitter, StsObserver observer, MediaClock clock, Executor workers) {
        this.sts = sts;
        this.fitter = fitter;
        this.observer = observer;
        this.clock = clock;
        this.workers = workers;
    }

    /**
     * Starts at once; the result is there before the segment airs and never fails.
     *
     * @param m4a the segment's audio as a file in memory
     * @param airNs timeline time to the clock time at which it airs
     * @param sourceNs timeline time to the clock time at which it was at the source
     */
    public Uni<AiredSegment> dub(
            Segment segment, Uni<byte[]> m4a, LongUnaryOperator airNs, LongUnaryOperator sourceNs) {
        if (segment.audio().isEmpty() || audioNs(segment) < MIN_FRAGMENT_NS) {
            return Uni.createFrom().item(AiredSegment.original(segment, "too short to be dubbed"));
        }
        long airsNs = airNs.applyAsLong(segment.t0Ns());
        CompletableFuture<Void> submitted = new CompletableFuture<>();
        preparing.updateAndGet(others -> CompletableFuture.allOf(others, submitted));
        Uni<Fragment> made = m4a.map(bytes -> fragment(segment, bytes, airsNs, sourceNs.applyAsLong(segment.t0Ns())));
        Uni<AiredSegment> dubbed = byDeadline(made, segment, airsNs - FIT_MARGIN.toNanos())
                .chain(fragment -> {
                    Uni<StsOutcome> outcome = sts.submit(fragment);
                    submitted.complete(null);
                    return outcome.chain(known -> fit(segment, known, airsNs));
                })
                .onFailure()
                .invoke(() -> submitted.complete(null))
                .onFailure()
                .recoverWithItem(failure -> AiredSegment.original(segment, String.valueOf(failure.getMessage())))
                .memoize()
                .indefinitely();
        dubbed.subscribe().with(ignored -> {}, Infrastructure::handleDroppedException);
        return dubbed;
    }

    /** Runs a task once everything given to {@link #dub} so far was handed to STS, or never will be. */
    public void whenSubmitted(Runnable task) {
        var unused = preparing.get().thenRun(task);
    }

    /** Workers that are all held up, by a disk say, must cost the dub and not the segment's place on air. */
    private Uni<Fragment> byDeadline(Uni<Fragment> made, Segment segment, long deadlineNs) {
        AtomicBoolean settled = new AtomicBoolean();
        return Uni.createFrom().emitter(emitter -> {
            Timer deadline = clock.schedule(deadlineNs, () -> {
                if (settled.compareAndSet(false, true)) {
                    emitter.fail(fallback(segment, FallbackReason.LATE, "its M4A was not made in time"));
                }
            });
            made.subscribe()
                    .with(
                            fragment -> {
                                deadline.cancel();
                                if (settled.compareAndSet(false, true)) {
                                    emitter.complete(fragment);
                                }
                            },
                            failure -> {
                                deadline.cancel();
                                if (settled.compareAndSet(false, true)) {
                                    emitter.fail(fallback(
                                            segment,
                                            FallbackReason.FAILED,
                                            "no M4A could be made: " + failure.getMessage()));
                                }
                            });
        });
    }

    private RuntimeException fallback(Segment segment, FallbackReason reason, String detail) {
        observer.fallback(segment.fragmentId(), reason, detail);
        return new IllegalStateException(detail);
    }

    private Fragment fragment(Segment segment, byte[] m4a, long airsNs, long startedNs) {
        return new Fragment(
                segment.fragmentId(),
                segment.t0Ns(),
                segment.sourcePtsNs(),
                startedNs,
                airsNs - FIT_MARGIN.toNanos(),
                segment.audioFormat().sampleRateHz(),
                segment.audioFormat().channels(),
                audioNs(segment),
                m4a);
    }

    private Uni<AiredSegment> fit(Segment segment, StsOutcome outcome, long airsNs) {
        if (outcome instanceof StsOutcome.Original original) {
            return Uni.createFrom().item(AiredSegment.original(segment, original.detail()));
        }
        StsOutcome.Dubbed dubbed = (StsOutcome.Dubbed) outcome;
        AtomicBoolean settled = new AtomicBoolean();
        return Uni.createFrom().emitter(emitter -> {
            Timer handover = clock.schedule(airsNs - HANDOVER_MARGIN.toNanos(), () -> {
                if (settled.compareAndSet(false, true)) {
                    emitter.complete(unused(segment, "fitting took until the segment's air time"));
                }
            });
            workers.execute(() -> {
                AiredSegment fitted;
                String unusable = null;
                long beganNs = clock.nowNs();
                try {
                    fitted = dubbed(
                            segment,
                            fitter.fit(
                                    dubbed.audio(),
                                    segment.audioFormat(),
                                    segment.audio().size()),
                            dubbed);
                    observer.fitted(segment.fragmentId(), Duration.ofNanos(clock.nowNs() - beganNs));
                } catch (RuntimeException | OutOfMemoryError failure) {
                    // Whatever a service can send must not end the stream; the original is at hand.
                    unusable = String.valueOf(failure.getMessage());
                    fitted = null;
                }
                handover.cancel();
                if (settled.compareAndSet(false, true)) {
                    emitter.complete(fitted != null ? fitted : unused(segment, unusable));
                }
            });
        });
    }

    private AiredSegment unused(Segment segment, String detail) {
        sts.unused(segment.fragmentId(), detail);
        return AiredSegment.original(segment, detail);
    }

    private AiredSegment dubbed(Segment segment, Fitter.Fitted fitted, StsOutcome.Dubbed outcome) {
        long madeNs = clock.nowNs();
        List<Frame> audio = new ArrayList<>(segment.audio().size());
        for (int i = 0; i < segment.audio().size(); i++) {
            Frame original = segment.audio().get(i);
            audio.add(new Frame(
                    original.format(),
                    original.ptsNs(),
                    original.dtsNs(),
                    true,
                    Math.min(original.arrivalNs(), madeNs),
                    fitted.frames().get(i)));
        }
        return new AiredSegment(
                segment,
                List.copyOf(audio),
                new AiredSegment.Airing.Dubbed(fitted.how(), outcome.transcript(), outcome.translation()));
    }

    private static long audioNs(Segment segment) {
        return segment.audioFormat() == null
                ? 0
                : segment.audioFormat().framesToNs(segment.audio().size());
    }
}
