package io.livedub.media.gst.source;

import io.livedub.media.RedactedUrl;
import io.livedub.media.SourceException;
import io.livedub.media.SourceException.SourceFailure;

/**
 * How a reading ends.
 *
 * @param kind what is to be done
 * @param failure for {@link SourceEndKind#FAILED}
 * @param detail for {@link SourceEndKind#ASK_SERVER}: what GStreamer said
 */
record SourceEnd(SourceEndKind kind, Throwable failure, String detail) {
    /** The next action after the end. */
    enum SourceEndKind {
        CANCELLED,
        COMPLETE,
        FAILED,
        /** No frame ever came: find out whether a server answers at all. */
        ASK_SERVER
    }

    static SourceEnd cancelled() {
        return new SourceEnd(SourceEndKind.CANCELLED, null, "");
    }

    static SourceEnd failed(Throwable failure) {
        return new SourceEnd(SourceEndKind.FAILED, failure, "");
    }

    static SourceEnd lost(String message) {
        return failed(new SourceException(SourceFailure.LOST, message));
    }

    static SourceEnd endOfStream(boolean live, boolean anyFrame) {
        if (live) {
            return new SourceEnd(SourceEndKind.COMPLETE, null, "");
        }
        return anyFrame
                ? lost("the stream ended before both tracks had begun")
                : new SourceEnd(SourceEndKind.ASK_SERVER, null, "the server closed the stream");
    }

    /**
     * @param said by GStreamer or the server, which may repeat what was asked for
     * @param url with its login
     */
    static SourceEnd broken(String said, String url, boolean anyFrame) {
        String message = RedactedUrl.within(said, url);
        return anyFrame
                ? lost("the connection broke: " + message)
                : new SourceEnd(SourceEndKind.ASK_SERVER, null, message);
    }

    /** @param codec what stands in a track's place, for {@link SourceWatch.SourceVerdict#FOREIGN_CODEC} */
    static SourceEnd of(SourceWatch.SourceVerdict verdict, boolean anyFrame, boolean anyTag, String codec, String url) {
        return switch (verdict) {
            case NO_AUDIO ->
                failed(new SourceException(SourceFailure.NO_AUDIO, "Audio track required for dubbing pipeline"));
            case NO_VIDEO ->
                failed(new SourceException(
                        SourceFailure.NO_VIDEO,
                        "there is no H.264 video track, and none was announced within 30 s (MediaMTX leaves HEVC out"
                                + " for RTMP players): "
                                + url));
            case NO_PICTURE ->
                failed(new SourceException(
                        SourceFailure.NO_VIDEO,
                        "an H.264 video track is announced, but no picture came within 120 s (MediaMTX gives RTMP players none"
                                + " before an IDR picture, which encoders with intra refresh or open GOPs may never send"
                                + " again): "
                                + url));
            case FOREIGN_CODEC ->
                failed(new SourceException(
                        SourceFailure.UNSUPPORTED_CODEC,
                        codec + " is not supported, H.264 video and AAC audio are required: " + url));
            case SILENT ->
                anyFrame || anyTag
                        ? lost("no frame for 5 s: " + url)
                        : new SourceEnd(SourceEndKind.ASK_SERVER, null, "nothing came for 5 s");
            case FINE -> throw new IllegalArgumentException("not an end");
        };
    }
}
