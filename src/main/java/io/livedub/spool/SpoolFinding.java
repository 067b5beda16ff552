package io.livedub.spool;

/** What was found where a stream's spool would be. */
public sealed interface SpoolFinding {
    /** No file: the stream begins as ever. */
    record Nothing() implements SpoolFinding {}

    /** It can be gone on with. */
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
