package io.livedub.media;

import java.util.List;

/** Makes the parts of one media framework. There is one such framework at a time: GStreamer, in {@code media.gst}. */
public interface MediaEngine {
    /**
     * Lists what the engine needs from the system, and whether it is installed.
     *
     * @throws IllegalStateException when the engine itself is missing; the message says what to install
     */
    List<Component> components();

    /** Does once what would otherwise make a stream's first segment slow. Blocking, some hundred milliseconds. */
    void warmUp();

    MediaSource source(String url);

    MediaSink sink(String url);

    SegmentWriter segmentWriter();

    AudioCodec audioCodec();
}
