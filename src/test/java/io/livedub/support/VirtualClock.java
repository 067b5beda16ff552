package io.livedub.support;

import java.util.Comparator;
import java.util.PriorityQueue;

import io.livedub.media.MediaClock;

/** Time that moves only when a test says so; tasks run on the test's thread, in the order of their time. */
public final class VirtualClock implements MediaClock {
    private record Task(long atNs, long order, Runnable run) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNs).thenComparingLong(Task::order));
    private long nowNs;
    private long scheduled;

    public VirtualClock() {
        this(0);
    }

    public VirtualClock(long startNs) {
        nowNs = startNs;
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public Timer schedule(long atNs, Runnable task) {
        Task entry = new Task(Math.max(atNs, nowNs), scheduled++, task);
        tasks.add(entry);
        return () -> tasks.remove(entry);
    }

    /** Moves to {@code atNs}, running what is due on the way. */
    public void advanceTo(long atNs) {
        while (!tasks.isEmpty() && tasks.peek().atNs() <= atNs) {
            Task due = tasks.poll();
            nowNs = Math.max(nowNs, due.atNs());
            due.run().run();
        }
        nowNs = Math.max(nowNs, atNs);
    }

    public void advanceMs(long ms) {
        advanceTo(nowNs + ms * 1_000_000L);
    }

    /** Nothing that was scheduled so far runs. */
    public void cancelAll() {
        tasks.clear();
    }

    public int pendingTasks() {
        return tasks.size();
    }
}
