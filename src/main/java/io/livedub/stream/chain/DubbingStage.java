package io.livedub.stream.chain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.segment.Segment;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.source.SourceEvent;

/** Has each segment dubbed into all languages at the same time, and gives the segments on in their order. */
final class DubbingStage {
    /** Segments that wait for their result. A result is there by the segment's air time, so more than a minute of them is a defect. */
    private static final int MOST_HELD = 64;

    private final Languages languages;
    private final SegmentFiling filing;
    private final AtomicLong heldBytes = new AtomicLong();

    /** The dubs that were begun with one event of the source. */
    record Begun(SourceEvent event, List<Uni<Voiced>> dubs) {}

    /** A segment with the sound of each language. */
    record Voiced(Segment segment, Map<Language, AiredSegment> sounds) {}

    DubbingStage(Languages languages, SegmentFiling filing) {
        this.languages = languages;
        this.filing = filing;
    }

    /** Dubbing of each segment that is complete runs from here on. */
    Multi<Begun> begin(Multi<TakenIn> intake) {
        return intake.onItem().transform(taken -> new Begun(taken.event(), begin(taken.segments())));
    }

    /** Waits for the dubs in the order of their segments; fails when more than {@link #MOST_HELD} wait. */
    Multi<Voiced> inOrder(Multi<Begun> begun) {
        return begun.onItem()
                .transform(Begun::dubs)
                .filter(dubs -> !dubs.isEmpty())
                .onItem()
                .<Uni<Voiced>>disjoint()
                .onOverflow()
                .buffer(MOST_HELD)
                .onItem()
                .transformToUniAndConcatenate(Function.identity())
                .onItem()
                .invoke(voiced -> heldBytes.addAndGet(-voiced.segment().bytes()));
    }

    /** Bytes of the segments that wait for their dubs. */
    long heldBytes() {
        return heldBytes.get();
    }

    private List<Uni<Voiced>> begin(List<Segment> segments) {
        // Asked once a frame, and nearly always of nothing: a stream would cost more than all else here.
        return segments.isEmpty()
                ? List.of()
                : segments.stream().map(this::begin).toList();
    }

    private Uni<Voiced> begin(Segment segment) {
        heldBytes.addAndGet(segment.bytes());
        return dub(segment, filing.file(segment));
    }

    private Uni<Voiced> dub(Segment segment, Uni<byte[]> m4a) {
        List<Language> now = languages.present();
        if (now.size() == 1) {
            Language only = now.get(0);
            return only.start(segment, m4a).map(made -> new Voiced(segment, Map.of(only, made)));
        }
        List<Uni<AiredSegment>> started =
                now.stream().map(language -> language.start(segment, m4a)).toList();
        return Uni.join().all(started).andFailFast().map(made -> {
            Map<Language, AiredSegment> sounds = new LinkedHashMap<>();
            for (int i = 0; i < made.size(); i++) {
                sounds.put(now.get(i), made.get(i));
            }
            return new Voiced(segment, sounds);
        });
    }
}
