package io.livedub.media.gst.sink;

import java.util.concurrent.TimeUnit;

/**
 * Decides when the last bytes of an output may be followed by the close. MediaMTX ends its readers in the moment in which their publisher goes,
 * and drops what it had read of the publisher and not yet written to them.
 */
final class CloseDelay {
    /** Longest wait. */
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);
    /** The time that a busy server may need to hand acknowledged data to its readers. */
    static final long HANDOVER_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private final long startNs;
    private long quietSinceNs;
    private long written = -1;

    CloseDelay(long nowNs) {
        startNs = nowNs;
        quietSinceNs = nowNs;
    }

    /**
     * Called again and again after the last frame.
     *
     * @param bytesWritten bytes that were written to the connection so far
     * @param queued whether the kernel still holds some of them
     * @return true when the connection may close
     */
    boolean taken(long nowNs, long bytesWritten, boolean queued) {
        if (bytesWritten != written || queued) {
            written = bytesWritten;
            quietSinceNs = nowNs;
        }
        return nowNs - quietSinceNs >= HANDOVER_NS || nowNs - startNs >= LIMIT_NS;
    }
}
