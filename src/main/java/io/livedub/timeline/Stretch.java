package io.livedub.timeline;

/** A stretch of the source on one count: from one keyframe that began or joined the timeline to the next. Used by one thread. */
final class Stretch {
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

    /** A codec configuration has changed: what follows belongs to another segment. */
    void changeAt(long timelineNs) {
        zeroNs = Math.max(zeroNs, timelineNs);
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
