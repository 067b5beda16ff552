package io.livedub.stream.chain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
    /**
     * Segments that wait for their result. A result is there by the segment's air time, so more than a minute of them means that the source gives
     * more than it takes to play. Those that are too many are dropped. Of the shortest segments, of 1 s that end at a pause in the last third, the
     * longest offset, 60 s, holds 90.
     */
    static final int MOST_HELD = 96;

    private final Languages languages;
    private final SegmentFiling filing;
    private final Runnable onDropped;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private volatile long dropped;

    /** The dubs that were begun with one event of the source. */
    record Begun(SourceEvent event, List<Uni<Voiced>> dubs) {}

    /** A segment with the sound of each language. */
    record Voiced(Segment segment, Map<Language, AiredSegment> sounds) {}

    /** @param onDropped called for each segment that is dropped and will not air */
    DubbingStage(Languages languages, SegmentFiling filing, Runnable onDropped) {
        this.languages = languages;
        this.filing = filing;
        this.onDropped = onDropped;
    }

    /** Dubbing of each segment that is complete runs from here on. */
    Multi<Begun> begin(Multi<TakenIn> intake) {
        return intake.onItem().transform(taken -> new Begun(taken.event(), begin(taken.segments())));
    }

    /** Waits for the dubs in the order of their segments. */
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
                .invoke(voiced -> {
                    held.decrementAndGet();
                    heldBytes.addAndGet(-voiced.segment().bytes());
                });
    }

    /** Bytes of the segments that wait for their dubs. */
    long heldBytes() {
        return heldBytes.get();
    }

    /** Frames of the segments that were dropped. */
    long dropped() {
        return dropped;
    }

    private List<Uni<Voiced>> begin(List<Segment> segments) {
        // Asked once a frame, and nearly always of nothing: a stream would cost more than all else here.
        return segments.isEmpty()
                ? List.of()
                : segments.stream().filter(this::isTaken).map(this::begin).toList();
    }

    /** Called by one thread at a time. */
    private boolean isTaken(Segment segment) {
        if (held.get() >= MOST_HELD) {
            dropped += segment.video().size() + segment.audio().size();
            onDropped.run();
            return false;
        }
        held.incrementAndGet();
        return true;
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
