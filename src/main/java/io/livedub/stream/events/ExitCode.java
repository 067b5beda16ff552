package io.livedub.stream.events;

/** Exit codes of {@code run}; the reasons of a stream's end everywhere else. */
public enum ExitCode {
    OK(0),
    USAGE(2),
    NO_SOURCE(3),
    UNSUPPORTED_SOURCE(4),
    /** No picture came and none was announced, but no codec was named either: it may still come. */
    NO_PICTURE(4),
    PUBLISHING(5),
    STS_LOST(6),
    GSTREAMER_MISSING(7),
    /** A defect of the worker; 70 is EX_SOFTWARE of sysexits.h. */
    INTERNAL(70),
    OUT_OF_MEMORY(71);

    /** Causes can form a circle. */
    private static final int DEEPEST = 20;

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The code for an end that was not planned: out of memory where that is the cause, a defect otherwise. */
    public static ExitCode of(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < DEEPEST; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return OUT_OF_MEMORY;
            }
            depth++;
        }
        return INTERNAL;
    }

    /** Whether a restart can help: the supervisor does not restart what will fail the same way. */
    public boolean isFinal() {
        return this == USAGE || this == UNSUPPORTED_SOURCE || this == GSTREAMER_MISSING;
    }
}
