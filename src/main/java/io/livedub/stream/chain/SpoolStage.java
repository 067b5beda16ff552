package io.livedub.stream.chain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.smallrye.mutiny.Multi;

import io.livedub.dub.AiredSegment;
import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.spool.HeldStream;
import io.livedub.spool.Spool;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.SlatePicture;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.source.SourceEvent;
import io.livedub.timeline.AirMark;
import io.livedub.timeline.RelayMark;
import io.livedub.timeline.SourceMark;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

/** Keeps what passes, and where the stream stands, for a process that would have to go on with it. Does nothing without a spool. */
final class SpoolStage {
    /** The end of a stream waits so long for its files to be removed: a disk that hangs must not hold up the end. */
    private static final int END_LIMIT_S = 2;

    /** Failures that another process may overcome. After other failures nothing is left to air. */
    private static final Set<ExitCode> GONE_ON_WITH =
            Set.of(ExitCode.PUBLISHING, ExitCode.INTERNAL, ExitCode.OUT_OF_MEMORY);

    private final Optional<Spool> spool;
    private final StreamParts parts;
    private final SourceTimeline timeline;
    private volatile SourceMark source = new SourceMark(0, 0);
    private volatile VideoFormat video;
    private volatile AudioFormat audio;
    private volatile long nextBatch;
    private final Deque<TimedFrame> lastPictures = new ArrayDeque<>();
    private long lastSoundNs;
    /** What a slate would show; null in a stream without a slate. */
    private volatile Frame keyframe;

    private volatile boolean handedOver;
    private volatile boolean left;

    /**
     * @param held what another process has left
     * @param position asked on the clock's thread
     */
    SpoolStage(
            StreamParts parts, SourceTimeline timeline, Optional<HeldStream> held, Supplier<StreamPosition> position) {
        this.parts = parts;
        this.timeline = timeline;
        this.spool = parts.spool()
                .map(its -> new Spool(
                        its.place(),
                        parts.passthrough() ? Spool.RELAYING_EACH : Spool.HOLDING_EACH,
                        held.map(HeldStream::files),
                        position,
                        why -> parts.events().accept(new LifeEvent.SpoolGivenUp(why))));
        held.map(HeldStream::position).ifPresent(stood -> {
            source = stood.source();
            video = stood.video().orElse(null);
            audio = stood.audio().orElse(null);
            nextBatch = stood.nextBatch();
        });
        keyframe = held.flatMap(HeldStream::slatePicture).orElse(null);
        shows(Optional.ofNullable(keyframe));
    }

    /** @param asked gets again and again whether another process asks for the stream */
    void begin(Consumer<Boolean> asked) {
        spool.ifPresent(its -> its.onSuccessor(asked));
        spool.ifPresent(Spool::begin);
    }

    /** @param onDisk the number behind the highest one that has a file */
    long firstBatch(long onDisk) {
        nextBatch = Math.max(onDisk, nextBatch);
        return nextBatch;
    }

    /** Frames and segments are kept. */
    Multi<TakenIn> besideDubbing(Multi<TakenIn> intake) {
        return spool.isEmpty()
                ? intake
                : intake.onItem().invoke(taken -> {
                    spool.get().arrived(taken.frames());
                    taken.segments().forEach(this::cut);
                    follow(taken);
                });
    }

    /** Only where the stream stands is kept: frames that are relayed have aired. */
    Multi<TakenIn> besideRelay(Multi<TakenIn> intake) {
        return spool.isEmpty() ? intake : intake.onItem().invoke(this::follow);
    }

    /** The source is lost, and its last keyframe may be shown; empty: it is back. */
    private void shows(Optional<Frame> picture) {
        spool.ifPresent(its -> its.shows(picture.map(SlatePicture::new)));
    }

    private void follow(TakenIn taken) {
        List<TimedFrame> frames = taken.frames();
        if (parts.slate().isPresent()) {
            frames.stream()
                    .map(TimedFrame::frame)
                    .filter(frame -> frame.track() == Track.VIDEO && frame.keyframe())
                    .forEach(frame -> keyframe = frame);
            if (taken.event() instanceof SourceEvent.SourceInterrupted) {
                shows(Optional.ofNullable(keyframe));
            } else if (taken.event() instanceof SourceEvent.Back) {
                shows(Optional.empty());
            }
        }
        if (frames.isEmpty()) {
            return;
        }
        source = timeline.mark();
        for (TimedFrame timed : frames) {
            Format format = timed.frame().format();
            if (format instanceof VideoFormat picture) {
                video = picture;
            } else {
                audio = (AudioFormat) format;
            }
            if (!timed.made()) {
                remember(timed);
            }
        }
        taken.segments().forEach(segment -> nextBatch = segment.batch() + 1);
    }

    /** Another process that goes on finds these in what it reads itself. */
    private synchronized void remember(TimedFrame timed) {
        if (timed.frame().track() == Track.AUDIO) {
            lastSoundNs = timed.sourcePtsNs();
            return;
        }
        lastPictures.add(timed);
        if (lastPictures.size() > SourceSeam.MOST_PICTURES) {
            lastPictures.remove();
        }
    }

    /** Where the source was read last; empty where no frame could go on from. */
    private synchronized Optional<SourceSeam> seam() {
        if (lastPictures.isEmpty()) {
            return Optional.empty();
        }
        List<SourceSeam.SeamPicture> pictures = lastPictures.stream()
                .map(timed -> SourceSeam.SeamPicture.of(timed.frame(), timed.sourcePtsNs()))
                .toList();
        long arrivalNs = lastPictures.peekLast().frame().arrivalNs();
        return timeline.stretch().map(stretch -> new SourceSeam(stretch, pictures, lastSoundNs, arrivalNs));
    }

    /**
     * The last frame on air is pushed, and another process goes on: it may make itself ready while the output ends.
     *
     * @param sourceFlows whether the source is to be gone on with at the next frame
     */
    void handOver(Map<String, Long> soundEndNs, boolean sourceFlows) {
        handedOver = true;
        spool.orElseThrow().handOver(new HandedOver(sourceFlows ? seam() : Optional.empty(), soundEndNs));
    }

    /** The output has ended. Completes when the other process has the stream. */
    CompletableFuture<Void> give() {
        return spool.orElseThrow().give().completeOnTimeout(null, END_LIMIT_S, TimeUnit.SECONDS);
    }

    void cut(Segment segment) {
        spool.ifPresent(its -> its.cut(segment));
        nextBatch = segment.batch() + 1;
    }

    /** Called when it is decided what airs of a segment. */
    void heard(long batch, String language, AiredSegment airs) {
        spool.ifPresent(its -> its.heard(new HeardSound(
                batch, language, airs.dubbed(), airs.airing().why(), airs.dubbed() ? airs.audio() : List.of())));
    }

    /** Where the stream stands, as the next process is to know it. */
    StreamPosition position(long publishedZeroNs, Optional<AirMark> air, Optional<RelayMark> relay) {
        return new StreamPosition(
                parts.clock().nowNs(),
                parts.spool().map(its -> its.wall().millis()).orElse(0L),
                source,
                nextBatch,
                publishedZeroNs,
                Optional.ofNullable(video),
                Optional.ofNullable(audio),
                air,
                relay);
    }

    /** This process ends, and the next one goes on with the stream. */
    void leave() {
        left = true;
    }

    /** Up to which instant of the stream's timeline the source was read; 0 before its first frame. */
    long readUntilNs() {
        return source.endNs();
    }

    /** Whether there is something that the next process could go on with. */
    boolean canBeLeft() {
        return isKept() && readUntilNs() > 0;
    }

    /** Whether the spool is there and has not been given up. */
    boolean isKept() {
        return spool.map(Spool::isKept).orElse(false);
    }

    /** The stream is over. Completes when another process may have it. */
    CompletableFuture<Void> over(StreamState last) {
        if (spool.isEmpty() || handedOver) {
            return CompletableFuture.completedFuture(null);
        }
        boolean goesOn = last instanceof StreamState.Failed failed ? GONE_ON_WITH.contains(failed.exitCode()) : left;
        CompletableFuture<Void> done =
                goesOn ? spool.get().leave() : spool.get().end();
        return done.completeOnTimeout(null, END_LIMIT_S, TimeUnit.SECONDS);
    }
}
