package io.livedub.stream;

import java.time.Duration;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.dub.Dubber;
import io.livedub.dub.Fitter;
import io.livedub.media.AudioFormat;
import io.livedub.segment.Segment;
import io.livedub.sts.FallbackReason;
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

    /** @param onLost STS is permanently lost */
    Dubbing(StreamParts parts, OutputTimeline air, SourceClock source, Consumer<StreamFailure> onLost) {
        this.parts = parts;
        this.auto = parts.offset().isPresent()
                ? null
                : new AutoOffset(parts.stsTimeout().toNanos());
        this.session = parts.session()
                .orElseThrow()
                .apply(new FollowedSession(parts.observer(), this::roundTrip, this::fallback));
        this.dubber = new Dubber(
                session, new Fitter(parts.engine().audioCodec()), parts.observer(), parts.clock(), parts.workers());
        this.air = air;
        this.source = source;
        session.lost().subscribe().with(reason -> onLost.accept(new StreamFailure(ExitCode.STS_LOST, reason)));
    }

    /** The stream's audio is known. */
    void begin(AudioFormat audio) {
        session.start(audio.sampleRateHz(), audio.channels());
    }

    Uni<AiredSegment> start(Segment segment) {
        parts.observer().cut(segment);
        return dubber.dub(segment, parts.files().keep(segment), air::airNsOf, source::clockNsOf);
    }

    /** The segment was put on the output's timeline; {@code outputNs} is its beginning in the publication's time. */
    void aired(AiredSegment segment, long outputNs) {
        if (segment.dubbed()) {
            session.applied(segment.segment().fragmentId());
            parts.files().keepDubbed(segment);
        }
        parts.observer().aired(segment, outputNs, air.airNsOf(segment.segment().t0Ns()));
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

    int breakerGauge() {
        return session.breakerGauge();
    }

    /** A result came, in time or not. */
    private void roundTrip(Duration roundTrip) {
        follow(() -> auto.roundTrip(roundTrip.toNanos(), parts.clock().nowNs()));
    }

    /** A segment aired undubbed. */
    private void fallback(FallbackReason reason) {
        if (reason == FallbackReason.LATE || reason == FallbackReason.TIMEOUT) {
            follow(() -> auto.missed(
                    air.figures().latencyNs() - parts.segmentDuration().toNanos(),
                    parts.clock().nowNs()));
        }
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
