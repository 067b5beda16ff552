package io.livedub.media;

/** Why a source gives no (more) frames. The message is one line for a person and names the URL without credentials. */
public class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Kinds of failures of a source. */
    public enum SourceFailure {
        /** Refused, unresolvable, no RTMP handshake: the server itself does not answer. */
        UNREACHABLE,
        /** The server answers, and has no such stream (or no publisher for it). */
        NO_SUCH_STREAM,
        /** No demuxed frame for five seconds, or a connection that broke on air. */
        LOST,
        /** There is video and no audio track. */
        NO_AUDIO,
        /** There is no video track. */
        NO_VIDEO,
        /** A codec that is not H.264 or AAC. */
        UNSUPPORTED_CODEC,
        /** GStreamer or one of its elements is missing. */
        MISSING_ELEMENT
    }

    private final SourceFailure reason;

    public SourceException(SourceFailure reason, String message) {
        super(message);
        this.reason = reason;
    }

    public SourceException(SourceFailure reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public SourceFailure reason() {
        return reason;
    }
}
