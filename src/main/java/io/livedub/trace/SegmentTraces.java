package io.livedub.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.dub.AiredSegment;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.segment.Segment;
import io.livedub.stream.SegmentTracer;
import io.livedub.stream.events.FallbackReason;

/**
 * A stream's segments as traces. A trace is told when its segment is on air and its outcome known: of a result that came too late that is
 * after it has aired. Thread-safe.
 */
final class SegmentTraces implements SegmentTracer {
    /** A segment is followed for its length, the offset, and what STS takes: more than a minute of them is a defect. */
    private static final int MOST_FOLLOWED = 64;

    private final String streamId;
    private final MediaClock clock;
    private final long epochNs;
    private final Consumer<List<Span>> told;
    private final Map<UUID, FollowedSegment> followed = new LinkedHashMap<>();

    /**
     * @param epochNs what makes a clock time one since the epoch
     * @param told must not block
     */
    SegmentTraces(String streamId, MediaClock clock, long epochNs, Consumer<List<Span>> told) {
        this.streamId = streamId;
        this.clock = clock;
        this.epochNs = epochNs;
        this.told = told;
    }

    @Override
    public synchronized void cut(Segment segment) {
        if (followed.size() == MOST_FOLLOWED) {
            tell(followed.keySet().iterator().next());
        }
        followed.put(
                segment.fragmentId(),
                new FollowedSegment(segment.batch(), segment.durationNs(), arrival(segment), clock.nowNs()));
    }

    private long arrival(Segment segment) {
        List<Frame> first = segment.video().isEmpty() ? segment.audio() : segment.video();
        return first.isEmpty() ? clock.nowNs() : first.get(0).arrivalNs();
    }

    @Override
    public void sent(UUID fragmentId) {
        with(fragmentId, segment -> segment.sent(clock.nowNs()));
    }

    @Override
    public void answered(UUID fragmentId, Duration roundTrip) {
        with(fragmentId, segment -> segment.answered(clock.nowNs(), roundTrip));
    }

    @Override
    public void fitted(UUID fragmentId, Duration took) {
        with(fragmentId, segment -> segment.fitted(clock.nowNs(), took));
    }

    @Override
    public void fallback(UUID fragmentId, FallbackReason reason, String detail) {
        with(fragmentId, segment -> segment.fallback(clock.nowNs(), reason, detail));
    }

    @Override
    public void placed(AiredSegment aired, long airNs) {
        UUID id = aired.segment().fragmentId();
        with(id, segment -> segment.placed(aired, airNs));
        clock.schedule(airNs, () -> with(id, FollowedSegment::onAir));
    }

    @Override
    public synchronized void ended() {
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
        told.accept(new ArrayList<>(segment.spans(streamId, fragmentId, epochNs, clock.nowNs())));
    }
}
