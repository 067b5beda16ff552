package io.livedub.stream.supervision;

import io.livedub.id.StreamId;
import io.livedub.stream.events.StreamState;

/**
 * Observes supervision, for metrics and log. Called with the registry's lock held: must not block or throw. Writing a log line
 * may block, so it is returned and run when the lock is free.
 */
public interface SupervisionObserver {
    /** A stream failed; the listing says when it is started again, if it is. */
    Runnable failed(StreamListing stream, StreamState.Failed failure);

    Runnable refused(StreamId streamId, int limit);

    /** A stream is no longer known. */
    void removed(StreamId streamId);
}
