package io.livedub.media.gst;

import java.util.List;

import io.livedub.media.AudioCodec;
import io.livedub.media.Component;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSource;
import io.livedub.media.SegmentWriter;

/** GStreamer behind the ports of {@code media}. GStreamer is loaded with the first thing that is asked of a part. */
public final class GstEngine implements MediaEngine {
    private final MediaClock clock;
    private final Mp4SegmentWriter segmentWriter = new Mp4SegmentWriter();
    private final GstAudioCodec audioCodec = new GstAudioCodec();

    public GstEngine(MediaClock clock) {
        this.clock = clock;
    }

    @Override
    public List<Component> components() {
        try {
            return ElementCheck.run();
        } catch (GstRuntime.MissingGStreamerException missing) {
            throw new IllegalStateException(missing.getMessage(), missing);
        }
    }

    @Override
    public MediaSource source(String url) {
        return new RtmpSource(url, clock);
    }

    @Override
    public MediaSink sink(String url) {
        return new RtmpSink(url, clock);
    }

    @Override
    public SegmentWriter segmentWriter() {
        return segmentWriter;
    }

    @Override
    public AudioCodec audioCodec() {
        return audioCodec;
    }
}
