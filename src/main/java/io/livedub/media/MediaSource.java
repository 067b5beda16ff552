package io.livedub.media;

import io.smallrye.mutiny.Multi;

/** Where frames come from: one URL, which may be read again after it was lost. */
public interface MediaSource {
    /**
     * Frames of both tracks in the order they were demuxed, times in nanoseconds on the source's own timeline (any origin, it may jump).
     *
     * <p>Cold: each subscription opens a new pipeline, and cancelling closes it without blocking the caller. Nothing is emitted
     * before both tracks' formats are known. Frames arrive on the source's own threads, one at a time; the subscriber must not block
     * and is not asked for demand: at the bound of the queue in front of it (64 messages) the source is slowed down by TCP.
     *
     * <p>Completes at the end of stream the server signalled. Fails with {@link SourceException}, also when no frame was demuxed
     * for five seconds, and when a subscriber throws.
     */
    Multi<Frame> frames();

    /** The oddities of the source, over all readings. */
    default SourceOddities oddities() {
        return new SourceOddities();
    }
}
