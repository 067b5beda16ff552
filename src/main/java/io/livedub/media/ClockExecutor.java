package io.livedub.media;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A {@link MediaClock} as an executor, so that Mutiny's own ticks and time-outs run on the clock that a stream runs
 * on, which in tests is a virtual one. Tasks run on the clock's thread, one at a time, and must not block. The clock
 * outlives its executors: shutting one down is refused.
 */
public final class ClockExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final MediaClock clock;

    public ClockExecutor(MediaClock clock) {
        this.clock = clock;
    }

    @Override
    public void execute(Runnable command) {
        clock.schedule(clock.nowNs(), command);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Task<V> task = new Task<>(callable, 0, clock.nowNs() + unit.toNanos(delay));
        task.schedule();
        return task;
    }

    /** The first one runs up to one period sooner than asked for: at a tick of the clock, see {@link MediaClock#nextTickNs}. */
    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        long periodNs = unit.toNanos(period);
        long ticks = Math.max(0, unit.toNanos(initialDelay) / periodNs - 1);
        Task<Object> task = new Task<>(
                Executors.callable(command), periodNs, clock.nextTickNs(Duration.ofNanos(periodNs)) + ticks * periodNs);
        task.schedule();
        return task;
    }

    /** Not needed by Mutiny. */
    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        private final long periodNs;
        private long atNs;
        private MediaClock.Timer timer;

        /** @param periodNs 0 for a task that runs once */
        Task(Callable<V> task, long periodNs, long atNs) {
            super(task);
            this.periodNs = periodNs;
            this.atNs = atNs;
        }

        synchronized void schedule() {
            if (!isCancelled()) {
                timer = clock.schedule(atNs, this);
            }
        }

        @Override
        public void run() {
            if (!isPeriodic()) {
                super.run();
            } else if (runAndReset()) {
                synchronized (this) {
                    atNs += periodNs;
                }
                schedule();
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(false);
            synchronized (this) {
                timer.cancel();
            }
            return cancelled;
        }

        @Override
        public boolean isPeriodic() {
            return periodNs > 0;
        }

        @Override
        public synchronized long getDelay(TimeUnit unit) {
            return unit.convert(atNs - clock.nowNs(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
