package io.livedub.media.gst.binding;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** GStreamer's own words reach the log. */
class GstLogTest {
    private final Logger logger = Logger.getLogger("io.livedub.gstreamer");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            lines.add(record.getLevel() + " " + ExtLogRecord.wrap(record).getFormattedMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        GstRuntime.ensure();
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
    }

    @Test
    void aWarningOfTheLibraryIsALine() {
        // GObject warns of a reference to something that is no object.
        NativeCalls.gst_object_unref(com.sun.jna.Pointer.NULL);

        assertThat(lines)
                .anySatisfy(
                        line -> assertThat(line).startsWith("WARN GStreamer: ").contains("assertion"));
    }

    @Test
    void aFolderThatJnaCannotUseIsNamedWithItsReason() {
        assertThat(NativeAccess.explain(
                        "/tmp/jna12.tmp: /tmp/jna12.tmp: failed to map segment from shared object", List.of()))
                .contains("noexec", "-Djna.tmpdir=")
                .doesNotContain("not installed");
        assertThat(NativeAccess.explain("JNA temporary directory '/tmp/jna-3506402' does not exist\n", List.of()))
                .contains("missing, full, or cannot be written")
                .hasLineCount(1);
    }
}
