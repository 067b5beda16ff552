package io.livedub.support;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.livedub.media.MediaClock;

/** The machine's time, for tests on real servers. */
public final class RealClock implements MediaClock, AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "test-clock");
        made.setDaemon(true);
        return made;
    });

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(long atNs, Runnable task) {
        Future<?> scheduled = thread.schedule(task, Math.max(0, atNs - nowNs()), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
