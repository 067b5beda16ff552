package io.livedub.sts.socketio;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.jboss.logging.Logger;

/** A queue with a bound, and one thread that works it off and ends with it. */
final class BoundedLane {
    private static final Logger LOG = Logger.getLogger(SocketIoTransport.class);

    private final ExecutorService thread;
    private final AtomicInteger queued = new AtomicInteger();
    private final int bound;

    BoundedLane(String name, int bound) {
        this.bound = bound;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /** @return false when it was not taken: the line is full, or ended */
    boolean offer(Runnable task) {
        if (queued.incrementAndGet() > bound) {
            queued.decrementAndGet();
            return false;
        }
        return execute(task);
    }

    /** After everything taken before, whatever the bound; nothing is taken after it. */
    void last(Runnable task) {
        queued.incrementAndGet();
        execute(task);
        thread.shutdown();
    }

    private boolean execute(Runnable task) {
        try {
            thread.execute(() -> {
                queued.decrementAndGet();
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("internal error in a connection to STS; its other tasks go on", e);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            return false;
        }
    }
}
