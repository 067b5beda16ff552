package io.livedub.media.gst.binding;

import java.util.List;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import org.jboss.logging.Logger;

/**
 * What GStreamer and GLib would write to standard error, as lines of the log. Warnings of GLib ({@code g_warning}) always, debug messages of
 * GStreamer as GST_DEBUG asks for them. With GST_DEBUG_FILE they stay in that file, all of them.
 */
final class GstLog {
    private static final Logger LOG = Logger.getLogger("io.livedub.gstreamer");
    private static final int MOST_CHARACTERS = 1024;

    /** JNA holds callbacks weakly; C holds these for ever. */
    private static List<Callback> kept = List.of();

    private GstLog() {}

    /** GLogFunc. The thread belongs to whoever warns. */
    interface GlibFunction extends Callback {
        void callback(Pointer domain, int level, Pointer message, Pointer userData);
    }

    /** GstLogFunction. The thread belongs to GStreamer. */
    interface DebugFunction extends Callback {
        void callback(
                Pointer category,
                int level,
                Pointer file,
                Pointer function,
                int line,
                Pointer object,
                Pointer message,
                Pointer userData);
    }

    /** {@link NativeCalls} must be registered, and GStreamer initialised. */
    static synchronized void divert() {
        if (!kept.isEmpty()) {
            return;
        }
        LogBurstFilter sieve = new LogBurstFilter(System::nanoTime);
        GlibMessages glib = new GlibMessages(sieve);
        DebugMessages debug = new DebugMessages(sieve);
        kept = List.of(glib, debug);
        NativeCalls.g_log_set_default_handler(glib, null);
        if (NativeCalls.g_getenv("GST_DEBUG_FILE") == null) {
            NativeCalls.gst_debug_add_log_function(debug, null, null);
            // Null names GStreamer's own function, which writes to standard error.
            NativeCalls.gst_debug_remove_log_function(null);
        }
    }

    private static String text(Pointer string) {
        String text = string == null ? "" : string.getString(0, "UTF-8");
        return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
    }

    private static final class GlibMessages implements GlibFunction {
        private static final int ERROR = 1 << 2;
        private static final int CRITICAL = 1 << 3;
        private static final int WARNING = 1 << 4;
        private static final int MESSAGE = 1 << 5;

        private final LogBurstFilter sieve;

        GlibMessages(LogBurstFilter sieve) {
            this.sieve = sieve;
        }

        @Override
        public void callback(Pointer domain, int level, Pointer message, Pointer userData) {
            boolean warning = (level & (ERROR | CRITICAL | WARNING)) != 0;
            // Less than this GLib does not show either.
            if (warning || (level & MESSAGE) != 0) {
                String from = text(domain);
                sieve.sift((from.isEmpty() ? "GLib" : from) + ": " + text(message))
                        .ifPresent(line -> LOG.log(warning ? Logger.Level.WARN : Logger.Level.INFO, line));
            }
        }
    }

    private static final class DebugMessages implements DebugFunction {
        private static final int FIXME = 3;

        private final LogBurstFilter sieve;

        DebugMessages(LogBurstFilter sieve) {
            this.sieve = sieve;
        }

        @Override
        public void callback(
                Pointer category,
                int level,
                Pointer file,
                Pointer function,
                int line,
                Pointer object,
                Pointer message,
                Pointer userData) {
            // Somebody asked for these by GST_DEBUG: LOG_LEVEL must not hide them.
            Logger.Level severity = level <= FIXME ? Logger.Level.WARN : Logger.Level.INFO;
            sieve.sift("GStreamer, " + text(NativeCalls.gst_debug_category_get_name(category)) + ": "
                            + text(NativeCalls.gst_debug_message_get(message)))
                    .ifPresent(shown -> LOG.log(severity, shown));
        }
    }
}
