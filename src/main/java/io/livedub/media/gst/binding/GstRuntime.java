package io.livedub.media.gst.binding;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import org.freedesktop.gstreamer.Gst;
import org.freedesktop.gstreamer.GstException;
import org.freedesktop.gstreamer.Version;

/**
 * GStreamer, loaded and initialised once for the life of the process. The only static state that is allowed, because the C library's state is static as well.
 *
 * <p>Initialised at the first use and never in a static initialiser, so that a class list of a native image may touch this class at
 * build time. Never de-initialised: {@code gst_deinit} with a live pipeline crashes, and a process that ends needs no farewell.
 */
public final class GstRuntime {
    private static final Version OLDEST = Version.of(1, 20);

    /**
     * While it loads a plugin, GStreamer takes SIGSEGV for a fault of the plugin and ends the process with code 255. A JVM uses that signal itself,
     * at any moment and in any thread: once in some thousand starts both came together.
     */
    private static final String NO_SEGTRAP = "--gst-disable-segtrap";

    private static final AtomicInteger THREADS = new AtomicInteger();
    private static volatile ExecutorService closers;

    private GstRuntime() {}

    /**
     * Makes sure that GStreamer is there. Cheap after the first time; thread-safe.
     *
     * @throws MissingGStreamerException when the library is missing, too old, or laid out unexpectedly
     */
    public static void ensure() {
        if (closers == null) {
            initialise();
        }
    }

    /** A daemon thread of this room. */
    public static Thread thread(String name, Runnable run) {
        Thread thread = new Thread(run, name + "-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Runs what may block for some milliseconds (state changes, joins) away from the caller. Its threads end when idle. */
    public static void away(Runnable task) {
        ensure();
        closers.execute(task);
    }

    private static synchronized void initialise() {
        if (closers != null) {
            return;
        }
        NativeAccess.require();
        try {
            Gst.init(OLDEST, "stream-worker", NO_SEGTRAP);
            Native.register(NativeCalls.class, NativeLibrary.getInstance("gstapp-1.0"));
            BufferLayout.verify();
            GstLog.divert();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError missing) {
            throw new MissingGStreamerException(
                    "GStreamer is not installed: install libgstreamer1.0-0 and libgstreamer-plugins-base1.0-0 ("
                            + oneLine(missing) + ")",
                    missing);
        } catch (GstException | IllegalStateException unusable) {
            throw new MissingGStreamerException(
                    "GStreamer cannot be used, 1.20 or newer is needed: " + oneLine(unusable), unusable);
        }
        closers = Executors.newCachedThreadPool(task -> thread("gst-close", task));
    }

    private static String oneLine(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).strip();
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** GStreamer, or an element of it, is not installed. The message says what to install. */
    public static final class MissingGStreamerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingGStreamerException(String message) {
            super(message);
        }

        MissingGStreamerException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
