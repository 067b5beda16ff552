package io.livedub.stream.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

import io.livedub.id.StreamId;
import io.livedub.work.SerialExecutor;

/**
 * Threads that write files: one for each stream, made when there is something to write. A write can hang for as long as the disk does, and
 * with threads that are shared the files of one stream would then keep those of all others waiting.
 *
 * <p>A stream that is started again while its last write hangs gets the thread that hangs, and not another one for each try.
 */
public final class DiskLanes {
    /** From then on streams share; more threads than this would only wait for the same disk. */
    static final int MOST = 64;

    private final Map<StreamId, SerialExecutor> lanes = new TreeMap<>();

    /** The lane of a stream. Its queue is bounded by its users: a stream has one task there at a time. */
    public synchronized Executor of(StreamId streamId) {
        SerialExecutor known = lanes.get(streamId);
        if (known != null) {
            return known;
        }
        lanes.values().removeIf(lane -> lane.pending() == 0);
        if (lanes.size() >= MOST) {
            List<Executor> all = new ArrayList<>(lanes.values());
            return all.get(Math.floorMod(streamId.hashCode(), all.size()));
        }
        SerialExecutor lane = SerialExecutor.named("segment-files-" + streamId);
        lanes.put(streamId, lane);
        return lane;
    }
}
