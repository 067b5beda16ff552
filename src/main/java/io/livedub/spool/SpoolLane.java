package io.livedub.spool;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that writes the spools of all streams. They are on one disk: when it hangs all of them wait, and each is given up by its own
 * stream. Its queue is bounded by its users: a stream has one batch there at a time.
 */
public final class SpoolLane implements Executor {
    private static final int IDLE_S = 10;

    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "spool");
                thread.setDaemon(true);
                return thread;
            });

    public SpoolLane() {
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }
}
