package io.livedub.media;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

/** {@link System#nanoTime()} and one daemon thread for the timers. A task that throws is logged and does not stop the others. */
public final class SystemMediaClock implements MediaClock, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SystemMediaClock.class);

    private final ScheduledThreadPoolExecutor timers;

    public SystemMediaClock() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "media-clock");
            thread.setDaemon(true);
            return thread;
        });
        // A cancelled deadline would else stay queued until its time, with the segment it holds.
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(long atNs, Runnable task) {
        ScheduledFuture<?> future =
                timers.schedule(() -> run(task), Math.max(0, atNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            // An Error too: the pool would keep it to itself.
            LOG.error("a timer's task failed", failure);
        }
    }
}
