package io.livedub.media.gst.binding;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GstRuntimeIT {
    /** GStreamer's handler is installed while a plugin loads, and ends the process at a signal that the JVM itself makes use of. */
    @Test
    void gstreamerLeavesTheJvmItsSignals() {
        GstRuntime.ensure();
        int handles = NativeLibrary.getInstance("gstreamer-1.0")
                .getFunction("gst_segtrap_is_enabled")
                .invokeInt(new Object[0]);
        assertThat(handles).isZero();
    }

    @Test
    void anElementThatIsAskedForAgainIsHeldOnce() {
        try (GstPipeline pipeline = new GstPipeline("fakesrc ! fakesink name=out")) {
            Pointer first = pipeline.element("out");
            for (int i = 0; i < 100; i++) {
                assertThat(pipeline.element("out")).isEqualTo(first);
            }
            assertThat(pipeline.held()).isEqualTo(1);
        }
    }
}
