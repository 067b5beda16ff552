package io.livedub.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The files of one spool as they are written: batches are appended, and a file is removed when nothing of it can air any more. Nothing is
 * synchronised with the disk: the spool is to survive the process, not the machine. Blocking; used by one thread at a time.
 */
final class SpoolFiles {
    /** Spools that were left alone are kept for whoever wants to know why. */
    private static final Duration FOREIGN_KEPT = Duration.ofHours(1);

    /**
     * Records that are written together.
     *
     * @param beginsFile whether they begin a file
     * @param bytes are read, and stay as they are until then
     * @param untilNs the latest instant of the timeline that they say something of
     * @param keepFromNs what lies before this instant is not needed any more
     */
    record Batch(ByteBuffer bytes, boolean beginsFile, long untilNs, long keepFromNs) {}

    private final SpoolFolder folder;
    private final UUID boot;
    private final UUID generation;
    private final TreeMap<Integer, Long> untilNs = new TreeMap<>();
    private int next;
    private FileChannel current;

    private SpoolFiles(SpoolFolder folder, UUID boot, UUID generation) {
        this.folder = folder;
        this.boot = boot;
        this.generation = generation;
    }

    /** @param from files to go on with; empty: begins anew behind whatever is there */
    static SpoolFiles open(SpoolFolder folder, UUID boot, Optional<HeldStream.Files> from) throws IOException {
        folder.make();
        // Another boot's monotonic times mean nothing beside those of this one.
        SpoolFiles files = new SpoolFiles(
                folder, boot, from.map(HeldStream.Files::generation).orElseGet(UUID::randomUUID));
        if (from.isPresent()) {
            files.goOn(from.get());
        } else {
            files.begin();
        }
        return files;
    }

    private void goOn(HeldStream.Files from) throws IOException {
        next = from.next();
        untilNs.putAll(from.untilNs());
        Path last = folder.file(next - 1);
        if (from.lastBytes() == 0) {
            Files.deleteIfExists(last);
            untilNs.remove(next - 1);
            next--;
        } else if (Files.size(last) > from.lastBytes()) {
            try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
                channel.truncate(from.lastBytes());
            }
        }
    }

    private void begin() throws IOException {
        TreeMap<Integer, Path> there = folder.files();
        // A number is left out: whoever reads these files does not look at what lies before them.
        next = there.isEmpty() ? 1 : there.lastKey() + 2;
        FileTime before = FileTime.from(Instant.now().minus(FOREIGN_KEPT));
        for (Path foreign : there.values()) {
            if (Files.getLastModifiedTime(foreign).compareTo(before) < 0) {
                Files.deleteIfExists(foreign);
            }
        }
    }

    void write(Batch batch) throws IOException {
        if (current == null || batch.beginsFile()) {
            if (current != null) {
                current.close();
            }
            untilNs.put(next, Long.MIN_VALUE);
            current = folder.create(next++);
            writeAll(RecordEncoder.header(boot, generation, folder.streamId().value()));
        }
        writeAll(batch.bytes());
        untilNs.merge(next - 1, batch.untilNs(), Math::max);
        removeAired(batch.keepFromNs());
    }

    private void writeAll(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            if (current.write(out) <= 0) {
                throw new IOException("the disk takes nothing");
            }
        }
    }

    /** From the oldest on, so that the numbers of what is left follow each other; the file that is written to stays. */
    private void removeAired(long keepFromNs) throws IOException {
        while (untilNs.size() > 1) {
            Map.Entry<Integer, Long> oldest = untilNs.firstEntry();
            if (oldest.getValue() >= keepFromNs) {
                return;
            }
            Files.deleteIfExists(folder.file(oldest.getKey()));
            untilNs.remove(oldest.getKey());
        }
    }

    /** Removes the files: no process shall resume the stream. */
    void remove() throws IOException {
        folder.remove(untilNs.keySet());
    }

    void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
