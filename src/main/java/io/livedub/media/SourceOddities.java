package io.livedub.media;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts what a source sends that is left out or put right before it becomes a frame. Kept for as long as the source is read, over
 * reconnections. Thread-safe.
 */
public final class SourceOddities {
    /** Kinds of oddities. The name in lower case is the label of the metric. */
    public enum SourceOddity {
        /** A message of a track that is neither classic H.264 nor classic AAC. It is left out. */
        FOREIGN_TRACK,
        /** A message that is cut off or contradicts itself. It is left out. */
        UNREADABLE,
        /** A frame that came before the decoder configuration it needs. It is left out. */
        NO_CONFIGURATION,
        /** An AAC frame with an ADTS header, which FLV forbids. The header is taken off. */
        ADTS,
        /** An access unit whose NAL units had to be framed anew. */
        REFRAMED,
        /** A composition offset that no encoder can mean. The picture is shown as its neighbours are. */
        COMPOSITION,
        /** A change of the decoder configuration on air. */
        CONFIGURATION,
        /** One track has come for 10 s, and the other has not begun. Nothing airs until it has. */
        LATE_TRACK,
        /** More came than any live source sends, and reading paused for a moment. Nothing is lost. */
        TOO_FAST;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final AtomicLongArray counts = new AtomicLongArray(SourceOddity.values().length);
    private final AtomicReferenceArray<String> details = new AtomicReferenceArray<>(SourceOddity.values().length);

    /** @param detail details for the log; a short text of the worker, whose length no peer can change */
    public void add(SourceOddity kind, String detail) {
        details.set(kind.ordinal(), detail);
        counts.incrementAndGet(kind.ordinal());
    }

    public long count(SourceOddity kind) {
        return counts.get(kind.ordinal());
    }

    /** The last detail of a kind; empty before the first. */
    public String detail(SourceOddity kind) {
        String detail = details.get(kind.ordinal());
        return detail == null ? "" : detail;
    }
}
