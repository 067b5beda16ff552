package io.livedub.stream.disk;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import org.jboss.logging.Logger;

/**
 * A task that looks at the disk again and again, on a thread of its own. While a round hangs with the disk no other begins: on the
 * shared pool each round would take one more thread, until none is left for dubbing.
 */
public final class DiskRound {
    private static final Logger LOG = Logger.getLogger("io.livedub.segment");

    /** At a start two rounds are asked for in the same second: only one that takes so long is worth a warning. */
    private static final Duration HANGS = Duration.ofSeconds(5);

    private final String what;
    private final Runnable task;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean said = new AtomicBoolean();
    private final LongSupplier nanoTime;
    private volatile long beganNs;

    /** @param what for the thread's name and the log */
    public DiskRound(String what, Runnable task) {
        this(what, task, System::nanoTime);
    }

    DiskRound(String what, Runnable task, LongSupplier nanoTime) {
        this.what = what;
        this.task = task;
        this.nanoTime = nanoTime;
    }

    /** @return false when the last round has not ended: this one is skipped */
    public boolean begin() {
        if (!running.compareAndSet(false, true)) {
            if (nanoTime.getAsLong() - beganNs >= HANGS.toNanos() && said.compareAndSet(false, true)) {
                LOG.warnf("%s: the last round has not ended, the disk hangs; the next one begins when it has", what);
            }
            return false;
        }
        beganNs = nanoTime.getAsLong();
        Thread thread = new Thread(this::run, what);
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    private void run() {
        try {
            task.run();
        } catch (RuntimeException | Error defect) {
            LOG.errorf(defect, "%s: a round failed", what);
        } finally {
            running.set(false);
            if (said.compareAndSet(true, false)) {
                LOG.infof("%s: the disk answers again", what);
            }
        }
    }
}
