package io.livedub.stream;

import java.time.Duration;
import java.util.UUID;

import io.livedub.dub.AiredSegment;
import io.livedub.segment.Segment;
import io.livedub.stream.events.FallbackReason;

/** Follows a stream's segments one by one, from the source to the air. Called on the stream's threads; must not block or throw. */
public interface SegmentTracer {
    SegmentTracer NONE = new SegmentTracer() {};

    /** Makes one for each stream. */
    @FunctionalInterface
    interface Source {
        SegmentTracer of(String streamId);
    }

    /** It is complete, and its dubbing begins. */
    default void cut(Segment segment) {}

    /** Its audio goes to STS; again for each resend. */
    default void sent(UUID fragmentId) {}

    /** A result came, in time or not. */
    default void answered(UUID fragmentId, Duration roundTrip) {}

    /** Its dubbed audio was brought to its length and encoded, in that time. */
    default void fitted(UUID fragmentId, Duration took) {}

    /** Why the original airs, or has aired. */
    default void fallback(UUID fragmentId, FallbackReason reason, String detail) {}

    /**
     * It was put on the output's timeline.
     *
     * @param airNs clock time at which its beginning airs
     */
    default void placed(AiredSegment segment, long airNs) {}

    /** The stream is over; what is not on air yet never will be. */
    default void ended() {}
}
