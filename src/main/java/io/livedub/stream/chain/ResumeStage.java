package io.livedub.stream.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.smallrye.mutiny.Multi;

import io.livedub.media.Frame;
import io.livedub.segment.Segment;
import io.livedub.segment.Segmenter;
import io.livedub.spool.HeldStream;
import io.livedub.spool.Resumption;
import io.livedub.spool.Resumption.ResumedPiece;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.source.SourceEvent;
import io.livedub.timeline.TimedFrame;

/**
 * Puts what another process has left in front of what the source gives: what was decided goes on the output's timeline, what was not is
 * dubbed. The segment that was being filled ends with that process, as it does when a source is lost.
 */
final class ResumeStage {
    /** A publication takes some time to begin; what is due sooner would leave late. */
    private static final Duration CONNECTING = Duration.ofMillis(100);

    private final StreamParts parts;
    private final Segmenter segmenter;
    private final SpoolStage spool;
    private final AiringStage airing;
    private HeldStream held;

    /** @param held what another process has left */
    ResumeStage(
            StreamParts parts, Segmenter segmenter, SpoolStage spool, AiringStage airing, Optional<HeldStream> held) {
        this.parts = parts;
        this.segmenter = segmenter;
        this.spool = spool;
        this.airing = airing;
        this.held = held.orElse(null);
    }

    Multi<TakenIn> first(Multi<TakenIn> intake) {
        return held == null
                ? intake
                : Multi.createBy().concatenating().streams(Multi.createFrom().item(this::left), intake);
    }

    private TakenIn left() {
        HeldStream all = held;
        held = null;
        return left(all);
    }

    /**
     * Begins the languages with one silent frame. A slate airs in the languages that the last piece on the timeline has, and a stream that goes on
     * without its source has no piece yet.
     */
    private void beginSilent(HeldStream left) {
        left.position().audio().ifPresent(format -> left.position().air().ifPresent(mark -> {
            long atNs = parts.clock().nowNs() + CONNECTING.toNanos() - mark.offsetNs();
            airing.resumeSilent(
                    new Frame(format, atNs, atNs, true, atNs, parts.silence().apply(format)));
        }));
    }

    private TakenIn left(HeldStream left) {
        // The segment that was being filled goes on with the next frame; else it ends where that process has died.
        boolean goesOn = left.handedOver().flatMap(HandedOver::seam).isPresent();
        segmenter.resume(left.cutUntilNs());
        List<Segment> open = new ArrayList<>();
        for (TimedFrame frame : left.open()) {
            open.addAll(segmenter.accept(frame));
        }
        if (!goesOn) {
            open.addAll(segmenter.flush());
        }
        open.forEach(spool::cut);
        long delayNs = parts.segmentDuration()
                .plus(parts.offset().orElse(parts.stsTimeout()))
                .toNanos();
        Resumption airs = Resumption.of(left.with(open), delayNs, parts.clock().nowNs() + CONNECTING.toNanos());
        List<ResumedPiece> decided =
                airs.pieces().stream().filter(piece -> !piece.isUndecided()).toList();
        List<Segment> toDub = airs.pieces().stream()
                .filter(ResumedPiece::isUndecided)
                .map(ResumedPiece::segment)
                .toList();
        long decidedUntilNs = toDub.isEmpty()
                ? decided.isEmpty()
                        ? left.cutUntilNs()
                        : decided.get(decided.size() - 1).segment().endNs()
                : toDub.get(0).t0Ns();
        parts.events().accept(new LifeEvent.Resumed(left.age(), airs.lostFrames(), airing.outputNs(decidedUntilNs)));
        airing.resume(decided, left.handedOver().map(HandedOver::soundEndNs).orElse(Map.of()));
        if (left.slatePicture().isPresent() && decided.isEmpty()) {
            beginSilent(left);
        }
        return new TakenIn(new SourceEvent.SourceResumed(), List.of(), toDub);
    }
}
