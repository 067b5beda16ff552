package io.livedub.media.gst.binding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.jna.Native;

/**
 * JNA's own library, by which Java calls C. JNA unpacks it into a folder for temporary files and loads it from there; where that folder is
 * missing, read-only or mounted with {@code noexec}, what fails looks like a GStreamer that is not installed.
 */
final class NativeAccess {
    private static final String REMEDY = "mount a folder there that can be written and executed from, or name one:"
            + " WORKER_JAVA_OPTS=-Djna.tmpdir=/folder (and -Djava.io.tmpdir=/folder)";

    /** A native image says only this, whatever the reason was. */
    private static final Pattern UNLOADABLE = Pattern.compile("Can't load library: (/\\S+)");

    /** The first failure says why; the later ones only that there was one. */
    private static String failure;

    private NativeAccess() {}

    /** @throws GstRuntime.MissingGStreamerException when the library is not found, saying where and why */
    static synchronized void require() {
        if (failure == null) {
            try {
                if (Native.POINTER_SIZE > 0) {
                    return;
                }
            } catch (LinkageError unusable) {
                failure = explain(rootText(unusable), mounts());
            }
        }
        throw new GstRuntime.MissingGStreamerException(failure);
    }

    /**
     * @param text what JNA or the dynamic linker says
     * @param mounts lines of /proc/mounts
     */
    static String explain(String text, List<String> mounts) {
        String said = text.replaceAll("\\p{Cntrl}", " ");
        String lower = said.toLowerCase(Locale.ROOT);
        String why = "cannot be loaded";
        Matcher unloadable = UNLOADABLE.matcher(said);
        if (lower.contains("failed to map segment")
                || lower.contains("operation not permitted")
                || unloadable.find() && isNoExec(unloadable.group(1), mounts)) {
            why = "cannot be executed: the folder is mounted with noexec";
        } else if (lower.contains("temporary") || lower.contains("permission denied") || lower.contains("read-only")) {
            why = "cannot be unpacked: the folder is missing, full, or cannot be written";
        }
        return "the native library of JNA, by which GStreamer is called, " + why + " (" + folder() + "; " + said + "): "
                + REMEDY;
    }

    /** Whether the file system that holds a file forbids execution: that of the longest mount point above it, the last one of equal ones. */
    private static boolean isNoExec(String file, List<String> mounts) {
        String deepest = "";
        boolean noExec = false;
        for (String mount : mounts) {
            String[] fields = mount.split(" ", 5);
            if (fields.length > 3 && Path.of(file).startsWith(fields[1]) && fields[1].length() >= deepest.length()) {
                deepest = fields[1];
                noExec = List.of(fields[3].split(",")).contains("noexec");
            }
        }
        return noExec;
    }

    private static List<String> mounts() {
        try {
            return Files.readAllLines(Path.of("/proc/mounts"));
        } catch (IOException unreadable) {
            // Only the reason is missing then; that the library cannot be loaded is said all the same.
            return List.of();
        }
    }

    /** The folder that JNA will choose: it prefers a cache in the user's home. */
    private static Path folder() {
        String chosen = System.getProperty("jna.tmpdir");
        return Path.of(chosen != null ? chosen : System.getProperty("java.io.tmpdir", "/tmp"));
    }

    private static String rootText(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
