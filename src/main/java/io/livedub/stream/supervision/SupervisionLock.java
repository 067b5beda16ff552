package io.livedub.stream.supervision;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * One lock for all streams: what a start, a hook and an end do to a stream stays in one order. Nothing under it waits: log lines are written
 * when it is free again, since a reader of the log that stands still would otherwise stop hooks, API and health too.
 */
final class SupervisionLock {
    private final Object lock = new Object();
    /** At most a line or two for each piece of work. */
    private final Queue<Runnable> toSay = new ArrayDeque<>();

    /** Work within work runs at once, under the same lock. */
    <T> T locked(Supplier<T> work) {
        if (Thread.holdsLock(lock)) {
            return work.get();
        }
        T result;
        List<Runnable> said;
        synchronized (lock) {
            result = work.get();
            said = List.copyOf(toSay);
            toSay.clear();
        }
        said.forEach(Runnable::run);
        return result;
    }

    /** With the lock held: writes a line of the log when the lock is free again. */
    void say(Runnable line) {
        toSay.add(line);
    }
}
