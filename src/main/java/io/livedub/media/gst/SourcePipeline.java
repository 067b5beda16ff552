package io.livedub.media.gst;

import io.livedub.media.Track;

/** The elements from an RTMP URL to one appsink for each track, which are named after the tracks. */
final class SourcePipeline {
    /**
     * async=false on both appsinks, or the pipeline deadlocks in preroll: the audio queue fills before the first keyframe.
     * One access unit a buffer, length-prefixed, so that nothing is re-written between source and output. The appsinks are the queues: a queue
     * element before each costs a thread and a wake-up a frame.
     */
    private static final String PIPELINE = "rtmp2src name=src timeout=5 idle-timeout=5 ! flvdemux name=d"
            + " d.video ! h264parse name=pictures ! video/x-h264,stream-format=avc,alignment=au ! appsink name=video SINK"
            + " d.audio ! aacparse ! audio/mpeg,mpegversion=4,stream-format=raw ! appsink name=audio SINK";

    private static final String SINK = "sync=false async=false max-buffers=200 enable-last-sample=false";

    private SourcePipeline() {}

    /** @throws GstRuntime.MissingGStreamerException when an element is not installed */
    static GstPipeline make(String url, TagInspector inspector) {
        GstPipeline pipeline = new GstPipeline(PIPELINE.replace("SINK", SINK));
        try {
            pipeline.set("src", "location", url);
            pipeline.probe("src", "src", inspector);
            new NegativeComposition(pipeline, "pictures").watch("src");
            for (Track track : Track.values()) {
                // flvdemux begins the segment of both tracks with the first frame of either: of a source that sends its
                // sound first, everything up to the second keyframe would be dropped here.
                NativeCalls.gst_base_sink_set_drop_out_of_segment(pipeline.element(track.label()), false);
            }
            return pipeline;
        } catch (RuntimeException unusable) {
            pipeline.close();
            throw unusable;
        }
    }
}
