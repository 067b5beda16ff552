package io.livedub.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks one after the other, in the order in which they came, on threads of another executor or on a thread of its own. No lock is held
 * while a task runs: a caller leaves its task and goes on.
 *
 * <p>{@link #offer} bounds the queue. A caller of {@link #execute} bounds its own tasks.
 */
public final class SerialExecutor implements Executor {
    private static final int IDLE_S = 10;

    private final Executor threads;
    private final Consumer<Throwable> defect;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger offered = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Runnable whenClosed;

    /** A defect goes to the handler of the thread that it happened on. */
    public SerialExecutor(Executor threads) {
        this(threads, SerialExecutor::uncaught);
    }

    /**
     * @param threads run the tasks; {@code Runnable::run} is the caller that finds this executor idle
     * @param defect is given what a task throws; the next task runs all the same
     */
    public SerialExecutor(Executor threads, Consumer<Throwable> defect) {
        this(threads, defect, () -> {});
    }

    private SerialExecutor(Executor threads, Consumer<Throwable> defect, Runnable whenClosed) {
        this.threads = threads;
        this.defect = defect;
        this.whenClosed = whenClosed;
    }

    /** With a daemon thread of its own, which ends when there was nothing to do for {@value #IDLE_S} s. */
    public static SerialExecutor named(String name) {
        return named(name, SerialExecutor::uncaught);
    }

    /** The same with a handler of defects. */
    public static SerialExecutor named(String name, Consumer<Throwable> defect) {
        ThreadPoolExecutor thread =
                new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                });
        thread.allowCoreThreadTimeOut(true);
        return new SerialExecutor(thread, defect, thread::shutdown);
    }

    /** Drops the task after {@link #close}. */
    @Override
    public void execute(Runnable task) {
        if (!closed.get()) {
            add(task);
        }
    }

    /**
     * Takes a task unless too many of these wait.
     *
     * @return false when {@code mostWaiting} offered tasks wait already, or after {@link #close}
     */
    public boolean offer(Runnable task, int mostWaiting) {
        if (closed.get()) {
            return false;
        }
        if (offered.incrementAndGet() > mostWaiting) {
            offered.decrementAndGet();
            return false;
        }
        add(() -> {
            offered.decrementAndGet();
            task.run();
        });
        return true;
    }

    /** Runs everything that was taken before, then this task, and takes nothing more. Does nothing the second time. */
    public void close(Runnable last) {
        if (closed.compareAndSet(false, true)) {
            add(() -> {
                try {
                    last.run();
                } finally {
                    whenClosed.run();
                }
            });
        }
    }

    /** Tasks that have not ended: those that wait and the one that runs. */
    public int pending() {
        return pending.get();
    }

    private void add(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            try {
                threads.execute(this::drain);
            } catch (RejectedExecutionException ended) {
                // An offer that came at the same time as close().
                if (!closed.get()) {
                    throw ended;
                }
            }
        }
    }

    private void drain() {
        do {
            try {
                tasks.remove().run();
            } catch (RuntimeException | Error thrown) {
                defect.accept(thrown);
            }
        } while (pending.decrementAndGet() != 0);
    }

    private static void uncaught(Throwable defect) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, defect);
    }
}
