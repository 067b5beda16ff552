package io.livedub.timeline;

/**
 * Gives AAC frames a time of their own where an encoder stamps several at once: phones send a batch of frames under the stamp of the first.
 * A frame lasts {@code frameNs}, so a stamp that follows the last one by less than a quarter of that says nothing, and the frame lies
 * behind the one before.
 */
final class SharedStamps {
    private boolean seen;
    private long lastStampNs;
    private long lastTimeNs;
    private long shared;

    /** @return the time of the frame, ns */
    long timeOf(long stampNs, long frameNs) {
        boolean same = seen && stampNs >= lastStampNs && stampNs - lastStampNs < frameNs / 4;
        lastTimeNs = same ? lastTimeNs + frameNs : stampNs;
        shared += same ? 1 : 0;
        lastStampNs = stampNs;
        seen = true;
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
