package io.livedub.stream;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.dub.Blender;
import io.livedub.dub.Dubber;
import io.livedub.dub.Fitter;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.segment.Segment;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.StsSession;
import io.livedub.timeline.AutoOffset;
import io.livedub.timeline.OutputTimeline;
import io.livedub.timeline.SourceClock;

/** A stream's STS session, and the offset that follows it. */
final class Dubbing {
    private final StreamParts parts;
    private final StsSession session;
    private final Dubber dubber;
    private final OutputTimeline air;
    private final SourceClock source;
    private final AutoOffset auto;
    private List<Frame> lastTail = List.of();

    /** @param onLost STS is permanently lost */
    Dubbing(StreamParts parts, OutputTimeline air, SourceClock source, Consumer<StreamFailure> onLost) {
        this.parts = parts;
        this.auto = parts.offset().isPresent()
                ? null
                : new AutoOffset(parts.stsTimeout().toNanos());
        this.session = parts.session().orElseThrow().apply(parts.events().andThen(follower()));
        Fitter fitter = new Fitter(parts.engine().audioCodec());
        Optional<Blender> blender = parts.blend().on()
                ? Optional.of(new Blender(parts.engine().audioCodec(), fitter, parts.blend()))
                : Optional.empty();
        this.dubber = new Dubber(session, fitter, blender, parts.events(), parts.clock(), parts.workers());
        this.air = air;
        this.source = source;
        session.lost().subscribe().with(reason -> onLost.accept(new StreamFailure(ExitCode.STS_LOST, reason)));
    }

    /** The stream's audio is known. */
    void begin(AudioFormat audio) {
        session.start(audio.sampleRateHz(), audio.channels());
    }

    Uni<AiredSegment> start(Segment segment) {
        parts.events().accept(segment.cut());
        return dubber.dub(segment, parts.files().keep(segment), air::airNsOf, source::clockNsOf);
    }

    /**
     * A segment is about to be put on the output's timeline. The end of the dubbed one before is replaced when original sound follows: by
     * the segment's deadline half a second is left, and what is replaced airs in the last quarter of one.
     */
    void join(AiredSegment next) {
        List<Frame> audio = next.audio();
        boolean follows = !lastTail.isEmpty()
                && !next.dubbed()
                && !audio.isEmpty()
                && Math.abs(audio.get(0).ptsNs()
                                - lastTail.get(lastTail.size() - 1).ptsNs())
                        <= 2 * next.segment().audioFormat().frameDurationNs();
        if (follows) {
            // Too late only when a fit took until the segment's air time: the dub then ends in its own fade.
            air.replaceLast(lastTail);
        }
        lastTail = next.tail();
    }

    /** The segment was put on the output's timeline; {@code outputNs} is its beginning in the publication's time. */
    void aired(AiredSegment segment, long outputNs) {
        if (segment.dubbed()) {
            session.applied(segment.segment().fragmentId());
            parts.files().keepDubbed(segment);
        }
        segment.levels().ifPresent(levels -> parts.events().accept(new StreamEvent.Figures(levels.figures())));
        parts.events()
                .accept(segment.aired(outputNs, air.airNsOf(segment.segment().t0Ns())));
    }

    void sourceLost(String reason) {
        // The segment that the loss closed is still on its way to STS; a paused server would refuse it.
        dubber.whenSubmitted(() -> session.sourceLost(reason));
    }

    void sourceBack() {
        session.sourceBack();
    }

    Uni<Void> end(String reason) {
        return session.end(reason);
    }

    void close() {
        session.close();
    }

    /** Lets the offset follow what the session says of time. */
    private EventTable follower() {
        return new EventTable()
                .on(
                        StreamEvent.RoundTrip.class,
                        result -> follow(() -> auto.roundTrip(
                                result.took().toNanos(), parts.clock().nowNs())))
                .on(StreamEvent.Fallback.class, fallback -> {
                    if (fallback.reason() == FallbackReason.LATE || fallback.reason() == FallbackReason.TIMEOUT) {
                        follow(() -> auto.missed(
                                air.figures().latencyNs()
                                        - parts.segmentDuration().toNanos(),
                                parts.clock().nowNs()));
                    }
                });
    }

    private void follow(Runnable news) {
        if (auto == null) {
            return;
        }
        synchronized (auto) {
            news.run();
            auto.targetNs(parts.clock().nowNs())
                    .ifPresent(offsetNs -> air.delay(parts.segmentDuration().toNanos() + offsetNs));
        }
    }
}
