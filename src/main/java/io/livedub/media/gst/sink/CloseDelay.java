package io.livedub.media.gst.sink;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

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
    private boolean quiet;
    private long written = -1;

    CloseDelay(long nowNs) {
        startNs = nowNs;
    }

    /**
     * Called again and again after the last frame.
     *
     * @param bytesWritten bytes that were written to the connection so far
     * @param queued whether the kernel holds some of them, or of other connections to the same server. Not asked any more when it has held
     *     none: what it holds later is another connection's
     * @return true when the connection may close
     */
    boolean taken(long nowNs, long bytesWritten, BooleanSupplier queued) {
        if (bytesWritten != written) {
            written = bytesWritten;
            quiet = false;
        }
        if (!quiet) {
            quiet = !queued.getAsBoolean();
            quietSinceNs = nowNs;
        }
        return quiet && nowNs - quietSinceNs >= HANDOVER_NS || nowNs - startNs >= LIMIT_NS;
    }
}
