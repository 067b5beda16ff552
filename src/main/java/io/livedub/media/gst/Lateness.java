package io.livedub.media.gst;

import java.util.concurrent.TimeUnit;

/**
 * Where the muxer's time 0 has to be so that frames which are pushed as they come are on time for it. flvmux waits for the other track until
 * a frame's time plus its latency; for frames that are always later than that it stops waiting, and disorder between the tracks becomes
 * wrong timestamps on the wire.
 *
 * <p>The zero follows a late frame at once: waiting longer costs nothing as long as both tracks come. It goes back when for a second there
 * was no such frame.
 */
final class Lateness {
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long TOLERANCE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Of the muxer's 400 ms this leaves 150 ms to the threads between the push and the muxer. */
    private static final long MOST_LATE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long NONE = Long.MIN_VALUE;

    private long zeroNs = NONE;
    private long windowEndNs;
    private long leastNs;

    /**
     * Takes the next frame into account.
     *
     * @return true when {@link #zeroNs()} moved: at the first frame, with one that is more than 250 ms late, and when for a second none was less
     *     than 100 ms late, or one was earlier than that
     */
    boolean moved(long nowNs, long dtsNs) {
        if (zeroNs == NONE || nowNs - zeroNs - dtsNs > MOST_LATE_NS) {
            restart(nowNs - dtsNs, nowNs);
            return true;
        }
        leastNs = Math.min(leastNs, nowNs - zeroNs - dtsNs);
        if (nowNs - windowEndNs < 0) {
            return false;
        }
        if (Math.abs(leastNs) <= TOLERANCE_NS) {
            restart(zeroNs, nowNs);
            return false;
        }
        restart(zeroNs + leastNs, nowNs);
        return true;
    }

    long zeroNs() {
        return zeroNs;
    }

    private void restart(long zero, long nowNs) {
        zeroNs = zero;
        windowEndNs = nowNs + WINDOW_NS;
        leastNs = Long.MAX_VALUE;
    }
}
