package io.livedub.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;

/**
 * A stream's segments in one language as traces. A trace is exported when its segment is on air and its outcome is known. For a result that came too late that is
 * after it has aired. Thread-safe.
 */
final class SegmentTraces implements Consumer<StreamEvent> {
    /** A segment is followed for its length, the offset, and what STS takes: more than a minute of them is a defect. */
    private static final int MOST_FOLLOWED = 64;

    private final StreamId streamId;
    private final String language;
    private final MediaClock clock;
    private final long epochNs;
    private final Consumer<List<Span>> told;
    private final EventTable steps;
    private final Map<UUID, FollowedSegment> followed = new LinkedHashMap<>();

    /**
     * @param epochNs what makes a clock time one since the epoch
     * @param told must not block
     */
    SegmentTraces(StreamId streamId, String language, MediaClock clock, long epochNs, Consumer<List<Span>> told) {
        this.streamId = streamId;
        this.language = language;
        this.clock = clock;
        this.epochNs = epochNs;
        this.told = told;
        this.steps = new EventTable()
                .on(SegmentEvent.Cut.class, this::cut)
                .on(SegmentEvent.FragmentSent.class, sent -> with(sent.fragmentId(), of -> of.sent(clock.nowNs())))
                .on(
                        SegmentEvent.RoundTrip.class,
                        result -> with(result.fragmentId(), of -> of.answered(clock.nowNs(), result.took())))
                .on(
                        SegmentEvent.Fitted.class,
                        fitted -> with(fitted.fragmentId(), of -> of.fitted(clock.nowNs(), fitted.took())))
                .on(
                        SegmentEvent.Fallback.class,
                        why -> with(why.fragmentId(), of -> of.fallback(clock.nowNs(), why.reason(), why.detail())))
                .on(SegmentEvent.Aired.class, this::placed)
                .on(LifeEvent.Gone.class, gone -> ended());
    }

    @Override
    public void accept(StreamEvent event) {
        steps.accept(event);
    }

    private synchronized void cut(SegmentEvent.Cut cut) {
        if (followed.size() == MOST_FOLLOWED) {
            tell(followed.keySet().iterator().next());
        }
        followed.put(
                cut.fragmentId(), new FollowedSegment(cut.batch(), cut.durationNs(), cut.arrivalNs(), clock.nowNs()));
    }

    private void placed(SegmentEvent.Aired aired) {
        UUID id = aired.fragmentId();
        with(id, segment -> segment.placed(aired));
        clock.schedule(aired.airNs(), () -> with(id, FollowedSegment::onAir));
    }

    private synchronized void ended() {
        List.copyOf(followed.keySet()).forEach(this::tell);
    }

    private synchronized void with(UUID fragmentId, Consumer<FollowedSegment> news) {
        FollowedSegment segment = followed.get(fragmentId);
        if (segment != null) {
            news.accept(segment);
            if (segment.isComplete()) {
                tell(fragmentId);
            }
        }
    }

    private void tell(UUID fragmentId) {
        FollowedSegment segment = followed.remove(fragmentId);
        told.accept(new ArrayList<>(segment.spans(streamId, language, fragmentId, epochNs, clock.nowNs())));
    }
}
