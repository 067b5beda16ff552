package io.livedub.media.gst;

import java.util.concurrent.TimeUnit;

import io.livedub.media.Track;

/**
 * Where the muxer's time 0 has to be so that frames which are pushed as they come are on time for it. flvmux waits for the other track until
 * a frame's time plus its latency; for frames that are always later than that it stops waiting, and disorder between the tracks becomes
 * wrong timestamps on the wire.
 *
 * <p>The zero follows a late frame at once: waiting longer costs nothing as long as both tracks come. It goes back when for a second there
 * was no such frame. With frames that are pushed ahead of their time it stays where they are due, or later.
 */
final class Lateness {
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long TOLERANCE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Of the muxer's 400 ms this leaves 150 ms to the threads between the push and the muxer, besides the reserve. */
    private static final long MOST_LATE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long NONE = Long.MIN_VALUE;
    /** What a busy machine may take from a push to the muxer, on one of the threads of two tracks. */
    private static final long RESERVE_NS = TimeUnit.MILLISECONDS.toNanos(400);
    /** A track that is this far ahead of the other goes on alone. */
    private static final long ALONE_NS = TimeUnit.MILLISECONDS.toNanos(150);

    private final long soonestZeroNs;
    private long zeroNs = NONE;
    private long windowEndNs;
    private long leastNs;
    private final long[] lastDtsNs = {NONE, NONE};
    private boolean alone;
    private boolean paused;

    /** For frames that are pushed as they come. */
    Lateness() {
        this(NONE);
    }

    /** For frames that are pushed ahead of their time: the zero they count from. */
    Lateness(long soonestZeroNs) {
        this.soonestZeroNs = soonestZeroNs;
    }

    /**
     * Takes the next frame into account.
     *
     * @return true when {@link #zeroNs()} moved: at the first frame, with one that is more than 250 ms late, and when for a second none was less
     *     than 100 ms late, or one was earlier than that, and when a track begins or ends to go on alone
     */
    boolean moved(Track track, long nowNs, long dtsNs) {
        lastDtsNs[track.ordinal()] = dtsNs;
        long other = lastDtsNs[1 - track.ordinal()];
        boolean was = alone;
        alone = other != NONE && dtsNs - other > ALONE_NS;
        boolean resumed = paused;
        paused = false;
        return moved(nowNs, dtsNs) || was != alone || resumed;
    }

    /** No frame follows for now: the next one counts as moved, whatever the zero was meanwhile. */
    void pause() {
        paused = true;
    }

    private boolean moved(long nowNs, long dtsNs) {
        if (zeroNs == NONE || nowNs - zeroNs - dtsNs > MOST_LATE_NS) {
            restart(nowNs - dtsNs, nowNs);
            return true;
        }
        leastNs = Math.min(leastNs, nowNs - zeroNs - dtsNs);
        if (nowNs - windowEndNs < 0) {
            return false;
        }
        long before = zeroNs;
        restart(Math.abs(leastNs) <= TOLERANCE_NS ? zeroNs : zeroNs + leastNs, nowNs);
        return zeroNs != before;
    }

    /** Later while both tracks come, when it costs nothing to wait: then only the muxer's threads are waited for. */
    long zeroNs() {
        return alone ? zeroNs : zeroNs + RESERVE_NS;
    }

    private void restart(long zero, long nowNs) {
        zeroNs = Math.max(soonestZeroNs, zero);
        windowEndNs = nowNs + WINDOW_NS;
        leastNs = Long.MAX_VALUE;
    }
}
