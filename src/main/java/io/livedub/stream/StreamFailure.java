package io.livedub.stream;

import io.livedub.stream.events.ExitCode;

/** Ends a stream, never the process. The message is one line for a person. */
public class StreamFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public StreamFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
