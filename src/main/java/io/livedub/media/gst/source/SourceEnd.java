package io.livedub.media.gst.source;

import io.livedub.media.SourceException;
import io.livedub.media.SourceException.Reason;

/**
 * How a reading ends.
 *
 * @param kind what is to be done
 * @param failure for {@link Kind#FAILED}
 * @param detail for {@link Kind#ASK_SERVER}: what GStreamer said
 */
record SourceEnd(Kind kind, Throwable failure, String detail) {
    /** What is to be done. */
    enum Kind {
        CANCELLED,
        COMPLETE,
        FAILED,
        /** Nothing ever came: whether there is a server at all is to be found out. */
        ASK_SERVER
    }

    static SourceEnd cancelled() {
        return new SourceEnd(Kind.CANCELLED, null, "");
    }

    static SourceEnd failed(Throwable failure) {
        return new SourceEnd(Kind.FAILED, failure, "");
    }

    static SourceEnd lost(String message) {
        return failed(new SourceException(Reason.LOST, message));
    }

    static SourceEnd endOfStream(boolean live, boolean anyFrame) {
        if (live) {
            return new SourceEnd(Kind.COMPLETE, null, "");
        }
        return anyFrame
                ? lost("the stream ended before both tracks had begun")
                : new SourceEnd(Kind.ASK_SERVER, null, "the server closed the stream");
    }

    static SourceEnd broken(String message, boolean anyFrame) {
        return anyFrame ? lost("the connection broke: " + message) : new SourceEnd(Kind.ASK_SERVER, null, message);
    }

    /** @param codec what stands in a track's place, for {@link SourceWatch.Verdict#FOREIGN_CODEC} */
    static SourceEnd of(SourceWatch.Verdict verdict, boolean anyFrame, boolean anyTag, String codec, String url) {
        return switch (verdict) {
            case NO_AUDIO -> failed(new SourceException(Reason.NO_AUDIO, "Audio track required for dubbing pipeline"));
            case NO_VIDEO ->
                failed(new SourceException(
                        Reason.NO_VIDEO,
                        "there is no H.264 video track, and none was announced within 30 s (MediaMTX leaves HEVC out"
                                + " for RTMP players): "
                                + url));
            case FOREIGN_CODEC ->
                failed(new SourceException(
                        Reason.UNSUPPORTED_CODEC,
                        codec + " is not supported, H.264 video and AAC audio are required: " + url));
            case SILENT ->
                anyFrame || anyTag
                        ? lost("no frame for 5 s: " + url)
                        : new SourceEnd(Kind.ASK_SERVER, null, "nothing came for 5 s");
            case FINE -> throw new IllegalArgumentException("not an end");
        };
    }
}
