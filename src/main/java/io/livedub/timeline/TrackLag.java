package io.livedub.timeline;

/** How far one track lies behind the other, in the stream's own time: the largest distance of the last one to two {@link #WINDOW_NS}. */
final class TrackLag {
    static final long WINDOW_NS = 5_000_000_000L;
    /** The first window is shorter: until it is over, the picture stands still for {@link #AT_FIRST_NS} when the sound stops. */
    static final long FIRST_WINDOW_NS = 2_000_000_000L;
    /** Taken to be usual until the first window is over: few encoders interleave more loosely. */
    static final long AT_FIRST_NS = 1_000_000_000L;
    /** A track that is further behind has stopped. */
    static final long MOST_NS = 3_000_000_000L;

    private boolean begun;
    private long windowEndNs;
    private long beforeNs = AT_FIRST_NS;
    private long nowNs;

    /**
     * @param ownNs time of a frame of this track
     * @param otherNs newest time of the other one
     */
    void observe(long ownNs, long otherNs) {
        if (!begun || ownNs >= windowEndNs) {
            boolean first = !begun;
            if (begun) {
                beforeNs = nowNs;
            }
            begun = true;
            nowNs = 0;
            windowEndNs = ownNs + (first ? FIRST_WINDOW_NS : WINDOW_NS);
        }
        nowNs = Math.max(nowNs, Math.min(MOST_NS, otherNs - ownNs));
    }

    long ns() {
        return Math.max(beforeNs, nowNs);
    }
}
