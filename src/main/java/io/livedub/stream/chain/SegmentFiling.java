package io.livedub.stream.chain;

import java.util.function.Consumer;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

import io.livedub.segment.Segment;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.disk.SegmentKeeper;
import io.livedub.stream.events.StreamEvent;

/** Writes the files of each segment beside the chain. A disk that hangs or is full costs files, never frames. */
final class SegmentFiling {
    private final SegmentKeeper files;
    private final Consumer<StreamEvent> events;

    SegmentFiling(SegmentKeeper files, Consumer<StreamEvent> events) {
        this.files = files;
        this.events = events;
    }

    Multi<TakenIn> beside(Multi<TakenIn> intake) {
        return intake.onItem().invoke(taken -> taken.segments()
                .forEach(segment -> file(segment).subscribe().with(ignored -> {}, ignored -> {})));
    }

    /** @return the segment's audio as M4A; fails when it has none or the muxer refuses */
    Uni<byte[]> file(Segment segment) {
        events.accept(segment.cut());
        return files.keep(segment);
    }
}
