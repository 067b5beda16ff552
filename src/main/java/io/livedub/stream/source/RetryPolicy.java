package io.livedub.stream.source;

import io.livedub.media.SourceException;
import io.livedub.stream.source.SourcePolicy.Next;

/** Decides when a source that is not there is opened again. Pure: times are passed in. */
interface RetryPolicy {
    void frameArrived();

    /** Another process has read this source, and has just ended: the source counts as lost and not as never seen. */
    void resume(long nowNs);

    /** Whether frames come. */
    boolean isLive();

    /**
     * The source ended, failed or stalled.
     *
     * @param failure null at an end of stream, which proves nothing by itself
     */
    Next ended(SourceException failure, long nowNs);
}
