package io.livedub.stream;

/** Exit codes of {@code run}; the reasons of a stream's end everywhere else. */
public enum ExitCode {
    OK(0),
    USAGE(2),
    NO_SOURCE(3),
    UNSUPPORTED_SOURCE(4),
    PUBLISHING(5),
    STS_LOST(6),
    GSTREAMER_MISSING(7),
    /** A defect of ours. Not in the table of the contract; 70 is EX_SOFTWARE of sysexits.h. */
    INTERNAL(70);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether a restart can help: the supervisor does not restart what will fail the same way. */
    public boolean isFinal() {
        return this == USAGE || this == UNSUPPORTED_SOURCE || this == GSTREAMER_MISSING;
    }
}
