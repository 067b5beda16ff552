package io.livedub.media.gst.source;

import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;

/** The elements that read an RTMP URL. The source gives one FLV tag a buffer; a {@link FlvTagProbe} takes all of them. */
final class SourcePipeline {
    static final String SOURCE = "source";

    /**
     * Nothing of GStreamer looks into a tag: a demuxer written in C is what a hostile publisher attacks first, see {@link
     * io.livedub.media.flv.FlvReader}. The sink only makes the end of the stream a message of the bus. {@code async=false}, or the pipeline waits
     * for a first buffer before it plays.
     *
     * <p>No {@code idle-timeout}: rtmp2src makes a timer for each tag, and wakes its connection's thread to set it. {@link SourceWatch} notices
     * silence by itself.
     */
    private static final String PIPELINE = "rtmp2src name=source timeout=5 ! fakesink sync=false async=false";

    private SourcePipeline() {}

    /** @throws GstRuntime.MissingGStreamerException when an element is not installed */
    static GstPipeline make(String url) {
        GstPipeline pipeline = new GstPipeline(PIPELINE);
        try {
            pipeline.set(SOURCE, "location", url);
            return pipeline;
        } catch (RuntimeException unusable) {
            pipeline.close();
            throw unusable;
        }
    }
}
