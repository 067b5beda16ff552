package io.livedub.timeline;

/** A stretch of the source on one count: from one keyframe that began or joined the timeline to the next. Used by one thread. */
final class Stretch {
    /** Changes that may each begin a new segment at once: an encoder that begins anew changes both tracks. */
    private static final int MOST_CHANGES = 4;
    /** After so long one more may: the length of the shortest segments that can be asked for. */
    private static final long CHANGE_EACH_NS = 1_000_000_000L;

    private long changesCountNs = Long.MIN_VALUE;
    private long zeroNs;
    private long deltaNs;
    private long firstPtsNs;

    /**
     * @param newZeroNs where on the timeline it begins
     * @param newFirstPtsNs presentation time of its first keyframe, as the source counts
     */
    void begin(long newZeroNs, long newFirstPtsNs) {
        zeroNs = newZeroNs;
        firstPtsNs = newFirstPtsNs;
        deltaNs = newZeroNs - newFirstPtsNs;
    }

    /** Goes on inside a stretch of another process. */
    void resume(SourceStretch stood) {
        zeroNs = stood.zeroNs();
        deltaNs = stood.deltaNs();
        firstPtsNs = stood.firstPtsNs();
    }

    /**
     * A codec configuration has changed: what follows belongs to another segment. An encoder may change it with each frame, and would make each
     * frame a segment; of such changes most begin none, and the segment holds frames of several configurations.
     */
    void changeAt(long timelineNs) {
        long countNs = Math.max(changesCountNs, timelineNs - (MOST_CHANGES - 1) * CHANGE_EACH_NS);
        if (timelineNs > zeroNs && countNs <= timelineNs) {
            changesCountNs = countNs + CHANGE_EACH_NS;
            zeroNs = timelineNs;
        }
    }

    /** {@link TimedFrame#zeroNs()} of its frames. */
    long zeroNs() {
        return zeroNs;
    }

    /** The offset that is added to the source's time. */
    long deltaNs() {
        return deltaNs;
    }

    long firstPtsNs() {
        return firstPtsNs;
    }
}
