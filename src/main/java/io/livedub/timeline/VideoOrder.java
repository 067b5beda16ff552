package io.livedub.timeline;

/** Decoding times that only go forward, whatever the source stamps. */
final class VideoOrder {
    /** FLV's resolution: two pictures on one millisecond would swap or vanish in some players. */
    private static final long STEP_NS = 1_000_000L;

    private static final long USUAL_NS = 33_333_333L;
    /** A picture that is to be shown so long after it is decoded is stamped wrongly: what follows need not wait for it. */
    private static final long MOST_LATER_NS = 2_000_000_000L;

    private boolean started;
    private long lastDts;
    private long lastPts;
    private long durationNs = USUAL_NS;
    private long repaired;

    /** Everything before this instant is taken. */
    void resume(long endNs) {
        started = true;
        lastDts = endNs;
        lastPts = endNs;
    }

    /** Goes on behind the pictures of another process. */
    void resume(SourceStretch stood) {
        started = true;
        lastDts = stood.lastDtsNs();
        lastPts = stood.lastPtsNs();
    }

    long lastDtsNs() {
        return lastDts;
    }

    long lastPtsNs() {
        return lastPts;
    }

    /** Whether this decoding time is not behind the last one. */
    boolean isTaken(long dtsNs) {
        return started && dtsNs <= lastDts;
    }

    /** @return the decoding time to use */
    long next(long ptsNs, long dtsNs) {
        long dts = dtsNs;
        if (isTaken(dts)) {
            dts = lastDts + STEP_NS;
            repaired++;
        } else if (started && dts - lastDts < 1_000_000_000L) {
            durationNs = dts - lastDts;
        }
        started = true;
        lastDts = dts;
        lastPts = Math.max(lastPts, Math.max(Math.min(ptsNs, dts + MOST_LATER_NS), dts));
        return dts;
    }

    /** End of the last picture shown; after the first one. */
    long endNs() {
        return lastPts + durationNs;
    }

    /** Earliest decoding time that is free; after the first picture. */
    long freeDtsNs() {
        return lastDts + STEP_NS;
    }

    long repaired() {
        return repaired;
    }
}
