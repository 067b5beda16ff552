package io.livedub.media.gst.sink;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Notices an output that takes nothing any more: frames are due, and the count of bytes written stands still. A frozen server keeps its
 * connection, and rtmp2sink can stay silent over a connection that was cancelled while it was being made.
 */
final class WriteStallWatch {
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(5);

    /** Due times closer together than this tell nothing new. */
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long NEVER = Long.MAX_VALUE;

    /** At most what is pushed ahead, in steps: 6 s and a segment are 50 entries. */
    private final ArrayDeque<Long> due = new ArrayDeque<>();

    private long bytes = -1;
    private long stuckSinceNs = NEVER;

    synchronized void pushed(long dueNs) {
        if (due.isEmpty() || dueNs - due.peekLast() >= STEP_NS) {
            due.addLast(dueNs);
        }
    }

    /** True when the first frame that was due since the count last grew is {@link #LIMIT_NS} old. */
    synchronized boolean stuck(long nowNs, long bytesWritten) {
        boolean grew = bytesWritten > bytes;
        if (grew) {
            bytes = bytesWritten;
            stuckSinceNs = NEVER;
        }
        while (!due.isEmpty() && due.peekFirst() - nowNs <= 0) {
            long passed = due.removeFirst();
            if (!grew && stuckSinceNs == NEVER) {
                stuckSinceNs = passed;
            }
        }
        return stuckSinceNs != NEVER && nowNs - stuckSinceNs >= LIMIT_NS;
    }
}
