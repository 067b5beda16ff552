package io.livedub.media;

import java.time.Duration;

/**
 * Monotonic time and timers. Everything that decides takes one of these, so that tests run on a virtual clock.
 *
 * <p>The real one counts as {@link System#nanoTime()}, which on Linux is CLOCK_MONOTONIC: the clock GStreamer's system clock
 * uses as well, so a time of one is a time of the other.
 */
public interface MediaClock {
    /** Now, in nanoseconds; only differences mean something. */
    long nowNs();

    /**
     * Runs a task once, at {@code atNs} or as soon as possible after it. Tasks run one at a time per clock and must not block.
     *
     * @return cancels the task when it has not run yet
     */
    Timer schedule(long atNs, Runnable task);

    /**
     * The next whole multiple of a period, in nanoseconds of this clock. Tasks that come again and again run at such instants, so that those of
     * all streams, and those whose periods are multiples of each other, share the thread's wake-ups: a wake-up costs more than most tasks.
     *
     * @return later than now, by at most the period
     */
    default long nextTickNs(Duration period) {
        long periodNs = period.toNanos();
        return (Math.floorDiv(nowNs(), periodNs) + 1) * periodNs;
    }

    /** A scheduled task. */
    interface Timer {
        void cancel();
    }
}
