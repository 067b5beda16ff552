package io.livedub.stream.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.livedub.id.StreamId;

/**
 * Threads that write files: one for each stream, made when there is something to write. A write can hang for as long as the disk does, and
 * with threads that are shared the files of one stream would then keep those of all others waiting.
 *
 * <p>A stream that is started again while its last write hangs gets the thread that hangs, and not another one for each try.
 */
public final class DiskLanes {
    /** From then on streams share; more threads than this would only wait for the same disk. */
    static final int MOST = 64;

    private static final int IDLE_S = 10;

    private final Map<StreamId, Lane> lanes = new TreeMap<>();

    /** The lane of a stream. Its queue is bounded by its users: a stream has one task there at a time. */
    public synchronized Executor of(StreamId streamId) {
        Lane known = lanes.get(streamId);
        if (known != null) {
            return known;
        }
        lanes.values().removeIf(lane -> lane.pending.get() == 0);
        if (lanes.size() >= MOST) {
            List<Executor> all = new ArrayList<>(lanes.values());
            return all.get(Math.floorMod(streamId.hashCode(), all.size()));
        }
        Lane lane = new Lane(streamId);
        lanes.put(streamId, lane);
        return lane;
    }

    /** One thread, and the number of its unfinished tasks: the pool does not count a task whose thread is just starting. */
    private static final class Lane implements Executor {
        private final AtomicInteger pending = new AtomicInteger();
        private final ThreadPoolExecutor pool;

        Lane(StreamId streamId) {
            pool = new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "segment-files-" + streamId);
                thread.setDaemon(true);
                return thread;
            });
            pool.allowCoreThreadTimeOut(true);
        }

        @Override
        public void execute(Runnable task) {
            pending.incrementAndGet();
            pool.execute(() -> {
                try {
                    task.run();
                } finally {
                    pending.decrementAndGet();
                }
            });
        }
    }
}
