package io.livedub.timeline;

/**
 * Gives AAC frames a time of their own where an encoder stamps several at once: phones send a batch of frames under the stamp of the first.
 * A frame lasts {@code frameNs}, so a stamp that follows the last one by less than a quarter of that says nothing, and the frame lies
 * behind the one before. But not without end: what comes under one stamp faster than it can be heard keeps that stamp, and its place is taken.
 */
final class SharedStamps {
    /** The longest batch. Phones send up to a quarter of a second at once. */
    static final long MOST_AHEAD_NS = 1_000_000_000L;

    private boolean seen;
    private long lastStampNs;
    private long firstArrivalNs;
    private long firstStampNs;
    private long lastTimeNs;
    private long shared;

    /** @return the time of the frame, ns */
    long timeOf(long stampNs, long arrivalNs, long frameNs) {
        boolean same = seen && stampNs >= lastStampNs && stampNs - lastStampNs < frameNs / 4;
        seen = true;
        if (!same) {
            firstArrivalNs = arrivalNs;
            firstStampNs = stampNs;
            lastStampNs = stampNs;
            lastTimeNs = stampNs;
            return stampNs;
        }
        lastStampNs = stampNs;
        shared++;
        if (lastTimeNs + frameNs - firstStampNs > arrivalNs - firstArrivalNs + MOST_AHEAD_NS) {
            return stampNs;
        }
        lastTimeNs += frameNs;
        return lastTimeNs;
    }

    void forget() {
        seen = false;
    }

    /** Frames that shared the stamp of the one before. */
    long shared() {
        return shared;
    }
}
