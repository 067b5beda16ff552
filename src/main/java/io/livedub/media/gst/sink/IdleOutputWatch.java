package io.livedub.media.gst.sink;

import java.util.concurrent.TimeUnit;

/**
 * Says when an output that has nothing to send should send its metadata again. Servers drop a publisher that sends nothing: SRS after 5 s,
 * MediaMTX after 10 s. A source that stands still or was lost would then take its output with it. Players do not notice metadata that says what
 * they know.
 *
 * <p>Silent AAC frames were rejected: a source that has simply ended would be followed by silence.
 */
final class IdleOutputWatch {
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(2);

    private boolean begun;
    private long bytes = -1;
    private long sinceNs;

    /**
     * Called again and again.
     *
     * @param bytesWritten bytes that were written to the connection so far
     * @return true when something is to be sent now
     */
    boolean due(long nowNs, long bytesWritten) {
        if (!begun || bytesWritten != bytes) {
            begun = true;
            bytes = bytesWritten;
            sinceNs = nowNs;
            return false;
        }
        if (nowNs - sinceNs < LIMIT_NS) {
            return false;
        }
        // Also when the server does not take it: one message in this time, not one at each call.
        sinceNs = nowNs;
        return true;
    }
}
