package io.livedub.media.gst.source;

import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;

/** The elements from an RTMP URL to an appsink that gives one FLV tag a buffer. */
final class SourcePipeline {
    static final String TAGS = "tags";

    /**
     * Nothing of GStreamer looks into a tag: a demuxer written in C is what a hostile publisher attacks first, see {@link
     * io.livedub.media.flv.FlvReader}. {@code async=false}, or the pipeline waits for a first buffer before it plays. At 64 tags the appsink
     * blocks, and the source is slowed down by TCP.
     */
    private static final String PIPELINE = "rtmp2src name=src timeout=5 idle-timeout=5"
            + " ! appsink name=tags sync=false async=false max-buffers=64 enable-last-sample=false";

    private SourcePipeline() {}

    /** @throws GstRuntime.MissingGStreamerException when an element is not installed */
    static GstPipeline make(String url) {
        GstPipeline pipeline = new GstPipeline(PIPELINE);
        try {
            pipeline.set("src", "location", url);
            return pipeline;
        } catch (RuntimeException unusable) {
            pipeline.close();
            throw unusable;
        }
    }
}
