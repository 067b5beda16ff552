package io.livedub.dub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaClock.Timer;
import io.livedub.segment.Segment;
import io.livedub.sound.DubSound;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.Fragment;
import io.livedub.sts.FragmentExchange;
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
    private final Blender blender;
    private final Supplier<DubSound> sound;
    private final Consumer<StreamEvent> events;
    private final MediaClock clock;
    private final Executor workers;
    private final AtomicReference<CompletableFuture<Void>> preparing =
            new AtomicReference<>(CompletableFuture.completedFuture(null));
    private final AtomicBoolean lastOn = new AtomicBoolean();
    /** How the segment given last came out: a blended one waits for the one before, which is known a segment's length ahead of need. */
    private final AtomicReference<CompletableFuture<Neighbour>> last =
            new AtomicReference<>(CompletableFuture.completedFuture(Neighbour.NONE));

    /** A dub airs alone, as the service made it. */
    public Dubber(
            FragmentExchange sts, Fitter fitter, Consumer<StreamEvent> events, MediaClock clock, Executor workers) {
        this(sts, fitter, null, () -> DubSound.OFF, events, clock, workers);
    }

    /**
     * @param blender puts dubs into the stream's sound
     * @param sound what is to be done to dubs; asked with each segment, which keeps the answer
     * @param workers runs muxing and codec work, which blocks
     */
    public Dubber(
            FragmentExchange sts,
            Fitter fitter,
            Blender blender,
            Supplier<DubSound> sound,
            Consumer<StreamEvent> events,
            MediaClock clock,
            Executor workers) {
        this.sts = sts;
        this.fitter = fitter;
        this.blender = blender;
        this.sound = sound;
        this.events = events;
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
        CompletableFuture<Neighbour> cameOut = new CompletableFuture<>();
        CompletableFuture<Neighbour> before = last.getAndSet(cameOut);
        DubSound wanted = sound.get();
        // The first dub after the settings were switched off still has to go on from the bed of the one before.
        boolean blends = lastOn.getAndSet(wanted.on()) || wanted.on();
        Uni<AiredSegment> aired =
                dub(segment, blends ? Optional.of(wanted) : Optional.empty(), before, m4a, airNs, sourceNs);
        aired.subscribe().with(known -> cameOut.complete(known.next()), Infrastructure::handleDroppedException);
        return aired;
    }

    private Uni<AiredSegment> dub(
            Segment segment,
            Optional<DubSound> wanted,
            CompletableFuture<Neighbour> before,
            Uni<byte[]> m4a,
            LongUnaryOperator airNs,
            LongUnaryOperator sourceNs) {
        if (segment.audio().isEmpty() || audioNs(segment) < MIN_FRAGMENT_NS) {
            return Uni.createFrom().item(AiredSegment.original(segment, "too short to be dubbed"));
        }
        if (segment.otherSoundNs() >= MIN_FRAGMENT_NS) {
            return Uni.createFrom().item(AiredSegment.original(segment, "its sound has more than one format"));
        }
        long airsNs = airNs.applyAsLong(segment.t0Ns());
        CompletableFuture<Void> submitted = new CompletableFuture<>();
        preparing.updateAndGet(others -> CompletableFuture.allOf(others, submitted));
        Uni<Fragment> made = m4a.map(bytes -> fragment(segment, bytes, airsNs, sourceNs.applyAsLong(segment.t0Ns())));
        return byDeadline(made, segment, airsNs - FIT_MARGIN.toNanos())
                .chain(fragment -> {
                    Uni<StsOutcome> outcome = sts.submit(fragment);
                    submitted.complete(null);
                    return outcome.chain(known -> fit(segment, known, wanted, before, airsNs));
                })
                .onFailure()
                .invoke(() -> submitted.complete(null))
                .onFailure()
                .recoverWithItem(failure -> AiredSegment.original(segment, String.valueOf(failure.getMessage())))
                .memoize()
                .indefinitely();
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
                    emitter.fail(fallback(
                            segment, FallbackReason.LATE, "its sound was not packed as M4A before its deadline"));
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
                                            "its sound could not be packed as M4A: " + failure.getMessage()));
                                }
                            });
        });
    }

    private RuntimeException fallback(Segment segment, FallbackReason reason, String detail) {
        events.accept(new SegmentEvent.Fallback(segment.fragmentId(), reason, detail));
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

    private Uni<AiredSegment> fit(
            Segment segment,
            StsOutcome outcome,
            Optional<DubSound> wanted,
            CompletableFuture<Neighbour> before,
            long airsNs) {
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
            Consumer<Supplier<AiredSegment>> work = fit -> workers.execute(() -> {
                if (settled.get()) {
                    // It waited for a worker until it was given up: the time is the next segment's.
                    return;
                }
                AiredSegment fitted;
                String unusable = null;
                long beganNs = clock.nowNs();
                try {
                    fitted = fit.get();
                    long tookNs = clock.nowNs() - beganNs;
                    events.accept(new SegmentEvent.Fitted(segment.fragmentId(), Duration.ofNanos(tookNs)));
                    events.accept(new LifeEvent.Figures(Map.of(Figure.FIT_NS, tookNs)));
                } catch (RuntimeException | OutOfMemoryError failure) {
                    // Whatever a service can send must not end the stream; the original is at hand.
                    unusable = UnusableAudioException.why(failure);
                    fitted = null;
                }
                handover.cancel();
                if (settled.compareAndSet(false, true)) {
                    emitter.complete(fitted != null ? fitted : unused(segment, unusable));
                }
            });
            if (wanted.isEmpty()) {
                work.accept(() -> alone(segment, dubbed));
                return;
            }
            DubSound how = wanted.get();
            before.thenAccept(neighbour ->
                            work.accept(() -> how.on() || neighbour.aired().mixed()
                                    ? blended(segment, dubbed, how, neighbour, settled)
                                    : alone(segment, dubbed)))
                    .exceptionally(refused -> {
                        handover.cancel();
                        if (settled.compareAndSet(false, true)) {
                            emitter.complete(unused(segment, String.valueOf(refused.getMessage())));
                        }
                        return null;
                    });
        });
    }

    private AiredSegment unused(Segment segment, String detail) {
        sts.unused(segment.fragmentId(), detail);
        return AiredSegment.original(segment, detail);
    }

    private AiredSegment alone(Segment segment, StsOutcome.Dubbed outcome) {
        Fitter.FittedAudio fitted = fitter.fit(
                outcome.audio(), segment.audioFormat(), segment.audio().size());
        return new AiredSegment(segment, frames(segment, fitted.frames()), airing(fitted.how(), outcome));
    }

    private AiredSegment blended(
            Segment segment, StsOutcome.Dubbed outcome, DubSound wanted, Neighbour before, AtomicBoolean settled) {
        Blender.Blended blended;
        synchronized (blender) {
            // The mix of the segment before may still be at work, though it was given up.
            if (settled.get()) {
                throw new IllegalStateException("the mix before took until this segment's air time");
            }
            blended = blender.blend(segment, outcome, wanted, before);
        }
        return new AiredSegment(
                segment,
                frames(segment, blended.frames()),
                airing(blended.how(), outcome),
                frames(segment, blended.tail()),
                blended.lead(),
                Optional.ofNullable(blended.levels()),
                blended.next());
    }

    private static AiredSegment.Airing airing(String how, StsOutcome.Dubbed outcome) {
        return new AiredSegment.Airing.AirsDubbed(how, outcome.transcript(), outcome.translation());
    }

    /** Made audio at the times of the segment's last frames, as many as were made. */
    private List<Frame> frames(Segment segment, List<byte[]> made) {
        long madeNs = clock.nowNs();
        int first = segment.audio().size() - made.size();
        List<Frame> audio = new ArrayList<>(made.size());
        for (int i = 0; i < made.size(); i++) {
            Frame place = segment.audio().get(first + i);
            long arrivalNs = Math.min(place.arrivalNs(), madeNs);
            audio.add(new Frame(segment.audioFormat(), place.ptsNs(), place.dtsNs(), true, arrivalNs, made.get(i)));
        }
        return List.copyOf(audio);
    }

    private static long audioNs(Segment segment) {
        return segment.audioFormat().framesToNs(segment.audio().size());
    }
}
