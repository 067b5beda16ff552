package io.livedub.media;

/** Publishing was refused or was lost. The message is one line for a person and names the URL without credentials. */
public class SinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SinkException(String message) {
        super(message);
    }

    public SinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
