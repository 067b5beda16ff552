package io.livedub.spool;

/** The result of looking for a stream's spool. */
public sealed interface SpoolFinding {
    /** No file: the stream begins as ever. */
    record Nothing() implements SpoolFinding {}

    /** A spool from which this process can go on. */
    record Resumable(HeldStream stream) implements SpoolFinding {}

    /**
     * It is left alone.
     *
     * @param detail one line for the log
     */
    record SpoolRefused(RefusalReason reason, String detail) implements SpoolFinding {}

    /** Why a spool is left alone. */
    enum RefusalReason {
        TOO_OLD,
        OTHER_VERSION,
        /** No record is whole, or none says where the stream stood. */
        CUT_OFF,
        CORRUPT,
        /** The file system does not give it. */
        UNREADABLE
    }
}
