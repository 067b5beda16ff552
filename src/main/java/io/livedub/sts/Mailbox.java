package io.livedub.sts;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jboss.logging.Logger;

import io.livedub.media.MediaClock;
import io.livedub.work.SerialExecutor;

/**
 * Runs the session's work one piece at a time, in order, on whichever thread found it idle. No lock is held and nobody waits: a
 * caller that finds it busy leaves its work and goes. (A thread for each session was rejected: tests on a virtual clock could
 * not say when it is done.)
 *
 * <p>Not bounded itself: every source of work is, or is counted out before ({@link EventLimit}).
 */
final class Mailbox {
    private static final Logger LOG = Logger.getLogger(StsSession.class);

    private final SerialExecutor tasks = new SerialExecutor(Runnable::run, this::failed);
    private final MediaClock clock;
    private volatile Throwable failure;

    Mailbox(MediaClock clock) {
        this.clock = clock;
    }

    /** The last error that was caught here; null when there was none. */
    Throwable failure() {
        return failure;
    }

    void post(Runnable task) {
        tasks.execute(task);
    }

    /** Runs at a time of the clock; never after it was cancelled from within the mailbox. */
    MediaClock.Timer at(long atNs, Runnable task) {
        AtomicBoolean live = new AtomicBoolean(true);
        MediaClock.Timer timer = clock.schedule(
                atNs,
                () -> post(() -> {
                    if (live.get()) {
                        task.run();
                    }
                }));
        return () -> {
            live.set(false);
            timer.cancel();
        };
    }

    // An observer or a subscriber that throws must not stop the session, which would be silent for ever after.
    private void failed(Throwable thrown) {
        failure = thrown;
        LOG.error("internal error in a session with STS or in a listener of it; the session goes on", thrown);
    }
}
