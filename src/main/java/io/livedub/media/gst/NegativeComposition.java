package io.livedub.media.gst;

import com.sun.jna.Pointer;

/**
 * Sources with B-frames that leave out the decoding delay stamp pictures to be shown before they are decoded. FLV can say so, but h264parse moves
 * such a picture to its decoding time, and sound would be early by that for ever. So they are decoded earlier, by as much as any picture of the first
 * seconds needs.
 *
 * <p>Only with such a source does a probe stay in the flow.
 */
final class NegativeComposition {
    /** Three seconds at 30 fps: every GOP shows its reordering within a few pictures. */
    private static final int LOOKED_AT = 90;

    private static final long NS_PER_MS = 1_000_000L;

    private final GstPipeline pipeline;
    private final String parser;
    private final Tags tags = new Tags();
    private final Frames frames = new Frames();
    private volatile long earlierNs;

    /** @param parser name of the element in front of which decoding times are moved */
    NegativeComposition(GstPipeline pipeline, String parser) {
        this.pipeline = pipeline;
        this.parser = parser;
    }

    /** Looks at the tags that leave this element from now on; to be called before the pipeline plays. */
    void watch(String source) {
        pipeline.probe(source, "src", tags);
    }

    private final class Tags implements NativeCalls.PadProbe {
        private final byte[] head = new byte[FlvTag.NEEDED];
        private int seen;

        @Override
        public int callback(Pointer pad, Pointer info, Pointer userData) {
            Pointer buffer = info.getPointer(BufferLayout.PROBE_INFO_DATA);
            int length = (int) NativeCalls.gst_buffer_extract(buffer, 0, head, head.length);
            FlvTag tag = FlvTag.parse(head, length).orElse(null);
            if (tag == null || tag.type() != FlvTag.VIDEO || tag.header() || !tag.supported()) {
                return PASS;
            }
            long earlier = -FlvTag.compositionMs(head, length) * NS_PER_MS;
            if (earlier > earlierNs) {
                if (earlierNs == 0) {
                    pipeline.probe(parser, "sink", frames);
                }
                earlierNs = earlier;
            }
            return ++seen < LOOKED_AT ? PASS : REMOVE;
        }
    }

    private final class Frames implements NativeCalls.PadProbe {
        @Override
        public int callback(Pointer pad, Pointer info, Pointer userData) {
            Pointer buffer = info.getPointer(BufferLayout.PROBE_INFO_DATA);
            long dts = BufferLayout.dts(buffer);
            if (dts != BufferLayout.CLOCK_TIME_NONE) {
                BufferLayout.dts(buffer, Math.max(0, dts - earlierNs));
            }
            return PASS;
        }
    }
}
