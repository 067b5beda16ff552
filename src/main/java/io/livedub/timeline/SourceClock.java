package io.livedub.timeline;

/**
 * When, on our clock, an instant of the stream's timeline happened at the source: {@code startNs + t}, learnt from the frames that
 * came soonest. A frame may be late, none is early; so a first frame that stalled, or a burst of a cached GOP (whose oldest
 * frames are the latest), adds no latency.
 *
 * <p>Settled after {@link #SETTLING_NS}, and not before an output uses it: a worker or a network that is slow at the beginning delays
 * more frames than those of the first seconds, and a correction on air costs a frame of sound. Later it follows the source's clock, which runs up
 * to 200 ppm off ours (17 s a day), at most by 1 %. Written by the thread of the source, read by any.
 */
public final class SourceClock {
    /** How long the soonest frame is looked for at the start, at least. */
    public static final long SETTLING_NS = 1_500_000_000L;

    /** By how much all frames of that time may have been late. Frames that are sooner still have wrong stamps: they are put ahead of their arrival. */
    static final long LATE_NS = 250_000_000L;

    static final long WINDOW_NS = 10_000_000_000L;
    /** Network jitter of the soonest frame of ten seconds; less is not followed. */
    private static final long IGNORED_NS = 5_000_000L;
    /** A source that was held up and did not catch up within a window: deadlines may be later at once, the output follows slowly anyway. */
    private static final long STEP_NS = 100_000_000L;

    private static final long SLEW_DIVISOR = 100;

    private volatile long startNs;
    private volatile boolean known;
    private volatile boolean used;
    private long firstArrivalNs;
    private long lastArrivalNs;
    private long earliestNs;
    private long windowFromNs;
    private long windowLeastNs;
    private long lastLeastNs;
    private long targetNs;

    /** Goes on from what another process has learnt. */
    void resume(long knownStartNs, long nowNs) {
        firstArrivalNs = nowNs - SETTLING_NS - 1;
        lastArrivalNs = nowNs;
        openWindow(nowNs, knownStartNs);
        settle(knownStartNs);
        known = true;
        used = true;
    }

    /** An output has placed something by this clock: from here on it changes by 1 % at most, once it has settled. */
    void use() {
        used = true;
    }

    /** The clock time of timeline 0; 0 before the first frame. */
    public long startNs() {
        return startNs;
    }

    /** The clock time at which an instant of the timeline happened at the source. */
    public long clockNsOf(long timelineNs) {
        return startNs + timelineNs;
    }

    /** The instant of the timeline that happens at the source at a clock time. */
    public long timelineNsAt(long clockNs) {
        return clockNs - startNs;
    }

    /** Whether a frame has been seen. */
    public boolean known() {
        return known;
    }

    void observe(long arrivalNs, long timelineNs) {
        long start = arrivalNs - timelineNs;
        if (!known) {
            firstArrivalNs = arrivalNs;
            lastArrivalNs = arrivalNs;
            openWindow(arrivalNs, start);
            settle(start);
            known = true;
            return;
        }
        if (arrivalNs - firstArrivalNs <= SETTLING_NS) {
            settle(Math.min(startNs, start));
            earliestNs = startNs - LATE_NS;
        } else if (!used && start >= earliestNs) {
            settle(Math.min(startNs, start));
        }
        windowLeastNs = Math.min(windowLeastNs, start);
        if (arrivalNs - windowFromNs >= WINDOW_NS) {
            follow(windowLeastNs);
            openWindow(arrivalNs, start);
        }
        long allowed = Math.max(0, arrivalNs - lastArrivalNs) / SLEW_DIVISOR;
        // Written by one thread; volatile for those that read.
        long from = startNs;
        startNs = from + Math.max(-allowed, Math.min(allowed, targetNs - from));
        lastArrivalNs = Math.max(lastArrivalNs, arrivalNs);
    }

    private void settle(long start) {
        startNs = start;
        targetNs = start;
        lastLeastNs = start;
    }

    /** A busy machine may hold up each frame of a window, so it takes two windows to say that the source has become later. */
    private void follow(long leastNs) {
        long surelyNs = Math.min(leastNs, lastLeastNs);
        if (leastNs - startNs > STEP_NS) {
            settle(leastNs);
        } else if (Math.abs(surelyNs - targetNs) > IGNORED_NS) {
            targetNs = surelyNs;
        }
        lastLeastNs = leastNs;
    }

    private void openWindow(long arrivalNs, long start) {
        windowFromNs = arrivalNs;
        windowLeastNs = start;
    }
}
