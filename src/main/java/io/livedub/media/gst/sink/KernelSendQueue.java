package io.livedub.media.gst.sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the kernel still holds of the bytes that were written to a server: sent and not acknowledged by the other side's kernel, or not sent.
 *
 * <p>rtmp2sink does not give its socket away, so this asks for all connections of the machine to the server's port. RTMP's own acknowledgement is
 * no answer: MediaMTX and nginx send one each 2.5 or 5 MB.
 */
final class KernelSendQueue {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String ESTABLISHED = "01";
    private static final int MOST_LINES = 100_000;

    private KernelSendQueue() {}

    /** Whether no connection to this port holds a byte; true where there is no such table to ask. */
    static boolean empty(int port) {
        return TABLES.stream().noneMatch(table -> holds(table, port));
    }

    private static boolean holds(Path table, int port) {
        try (Stream<String> lines = Files.lines(table)) {
            return lines.limit(MOST_LINES).anyMatch(line -> holds(line, port));
        } catch (IOException | java.io.UncheckedIOException notLinux) {
            return false;
        }
    }

    /** A line of proc(5), /proc/net/tcp: {@code sl local:port remote:port state tx_queue:rx_queue …}, numbers in hex. */
    static boolean holds(String line, int port) {
        String[] fields = line.strip().split("\\s+", 6);
        return fields.length == 6
                && fields[2].endsWith(String.format(Locale.ROOT, ":%04X", port))
                && fields[3].equals(ESTABLISHED)
                && !fields[4].startsWith("00000000:");
    }
}
