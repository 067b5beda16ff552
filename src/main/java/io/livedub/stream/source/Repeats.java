package io.livedub.stream.source;

/** What becomes of pictures that a server repeats to a reader that comes back after a lost connection. */
public enum Repeats {
    /** They are given on like all others. */
    KEPT,
    /** They are left out, and the next picture goes on where the last reading stopped. */
    LEFT_OUT,
    /**
     * They are shown once more, but faster than they were made. Needed where something else was on air meanwhile (a slate, another source): the next
     * picture cannot be decoded without them.
     */
    SHOWN_FASTER
}
