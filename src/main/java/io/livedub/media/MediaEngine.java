package io.livedub.media;

/** Makes the parts of one media framework. There is one such framework at a time: GStreamer, in {@code media.gst}. */
public interface MediaEngine {
    MediaSource source(String url);

    MediaSink sink(String url);

    SegmentWriter segmentWriter();

    AudioCodec audioCodec();
}
