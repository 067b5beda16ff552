package io.livedub.stream.disk;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jboss.logging.Logger;

/**
 * A task that looks at the disk again and again, on a thread of its own. While a round hangs with the disk no other begins: on the
 * shared pool each round would take one more thread, until none is left for dubbing.
 */
public final class DiskRound {
    private static final Logger LOG = Logger.getLogger("io.livedub.segment");

    private final String what;
    private final Runnable task;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean said = new AtomicBoolean();

    /** @param what for the thread's name and the log */
    public DiskRound(String what, Runnable task) {
        this.what = what;
        this.task = task;
    }

    /** @return false when the last round has not ended: this one is skipped */
    public boolean begin() {
        if (!running.compareAndSet(false, true)) {
            if (said.compareAndSet(false, true)) {
                LOG.warnf("%s: the last round has not ended, the disk hangs; the next one begins when it has", what);
            }
            return false;
        }
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
