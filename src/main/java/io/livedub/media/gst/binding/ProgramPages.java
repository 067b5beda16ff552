package io.livedub.media.gst.binding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jboss.logging.Logger;

/**
 * Gives back the memory of program files of which only the start needed the pages: the native binary or the JVM's library, the class archive,
 * GStreamer's plugins. Two thirds of the RSS of an idle native worker are such pages. The kernel still has them in its page cache for a while,
 * and maps again what is needed again.
 */
public final class ProgramPages {
    private static final Logger LOG = Logger.getLogger(ProgramPages.class);

    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    /** Linux's MADV_DONTNEED, the same number on each architecture that GStreamer is packaged for. */
    private static final int DONT_NEED = 4;
    /** A process has some hundred mappings of 25 lines each. */
    private static final int MOST_LINES = 200_000;

    private static final int HEX = 16;
    private static final long KIB = 1024;

    private ProgramPages() {}

    /** Pages of one file from one address to another, none of them changed. */
    record Mapping(long from, long to, long residentBytes) {}

    /** Returns at once when the kernel does not say what is mapped. GStreamer must be there. */
    public static void giveBack() {
        long bytes = 0;
        try (BufferedReader mappings = Files.newBufferedReader(MAPPINGS)) {
            for (Mapping mapping : unchanged(mappings)) {
                int refused = NativeCalls.madvise(mapping.from, mapping.to - mapping.from, DONT_NEED);
                bytes += refused == 0 ? mapping.residentBytes : 0;
            }
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.debug("pages of program files stay mapped: " + unreadable.getMessage());
            return;
        }
        LOG.debugf("gave back %d KiB of program files that only the start needed", bytes / KIB);
    }

    /**
     * The mappings of files that cannot be written and of which no page differs from the file. A mapping that the dynamic linker has relocated
     * and then protected (RELRO) is not among them: its pages differ, and would be lost.
     */
    static List<Mapping> unchanged(BufferedReader smaps) throws IOException {
        List<Mapping> found = new ArrayList<>();
        Candidate open = null;
        String line;
        for (int lines = 0; lines < MOST_LINES && (line = smaps.readLine()) != null; lines++) {
            if (isHeader(line)) {
                open = Candidate.of(line);
            } else if (open != null && line.startsWith("Rss:")) {
                open.residentBytes = kib(line);
            } else if (open != null && line.startsWith("Anonymous:")) {
                if (open.residentBytes > 0 && kib(line) == 0) {
                    found.add(new Mapping(open.from, open.to, open.residentBytes));
                }
                open = null;
            }
        }
        return found;
    }

    private static boolean isHeader(String line) {
        char first = line.charAt(0);
        return first >= '0' && first <= '9' || first >= 'a' && first <= 'f';
    }

    private static long kib(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
    }

    /** A mapping of which its lines are still being read. */
    private static final class Candidate {
        final long from;
        final long to;
        long residentBytes;

        private Candidate(long from, long to) {
            this.from = from;
            this.to = to;
        }

        /** Null for memory that has no file, can be written, or is a device's. */
        static Candidate of(String header) {
            String[] words = header.split("\\s+", 6);
            boolean file = words.length == 6 && words[5].startsWith("/") && !words[5].startsWith("/dev/");
            if (!file || words[1].indexOf('w') >= 0) {
                return null;
            }
            int dash = words[0].indexOf('-');
            return new Candidate(
                    Long.parseUnsignedLong(words[0].substring(0, dash), HEX),
                    Long.parseUnsignedLong(words[0].substring(dash + 1), HEX));
        }
    }
}
