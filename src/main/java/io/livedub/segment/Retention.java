package io.livedub.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Deletes segments that are too old, and the oldest while the disk is too full. Blocking; not thread-safe. */
public final class Retention {
    /** A file being written is never this old; one that is was left by a crash. */
    static final Duration LEFTOVER_AGE = Duration.ofMinutes(1);

    /** How much the disk still takes. */
    @FunctionalInterface
    interface FreeSpace {
        /** Free bytes, {@link Long#MAX_VALUE} when they cannot be known. */
        long bytes() throws IOException;
    }

    private record Aged(Path file, Instant modified) {}

    private final SegmentFiles files;
    private final Duration keep;
    private final long minFreeBytes;
    private final FreeSpace free;
    private final InstantSource time;
    private final StoreListener listener;
    private boolean full;
    private boolean unreadable;

    /**
     * @param keep older ones are deleted; zero keeps all
     * @param minFreeBytes below it the oldest are deleted whatever their age; 0 never
     */
    public Retention(Path root, Duration keep, long minFreeBytes, StoreListener listener) {
        this(
                root,
                keep,
                minFreeBytes,
                () -> Files.exists(root) ? Files.getFileStore(root).getUsableSpace() : Long.MAX_VALUE,
                InstantSource.system(),
                listener);
    }

    Retention(Path root, Duration keep, long minFreeBytes, FreeSpace free, InstantSource time, StoreListener listener) {
        this.files = new SegmentFiles(root);
        this.keep = keep;
        this.minFreeBytes = minFreeBytes;
        this.free = free;
        this.time = time;
        this.listener = listener;
    }

    /** Removes what a crash left half-written; call it once at the start. */
    public int removeLeftovers() {
        int removed = 0;
        try {
            Instant before = time.instant().minus(LEFTOVER_AGE);
            for (Aged leftover : aged(files.leftovers())) {
                if (leftover.modified.isBefore(before)) {
                    Files.deleteIfExists(leftover.file);
                    removed++;
                }
            }
        } catch (IOException e) {
            listener.warning("leftover segment files cannot be removed: " + e);
        }
        return removed;
    }

    /** One round; call it every minute or so. Never throws. */
    public int sweep() {
        int removed = 0;
        try {
            List<Aged> oldestFirst = aged(files.segments());
            oldestFirst.sort(Comparator.comparing(Aged::modified).thenComparing(Aged::file));
            Instant before = time.instant().minus(keep);
            boolean low = free.bytes() < minFreeBytes;
            if (low && !full) {
                listener.warning("less than %d MiB free for segments: the oldest are deleted before their time"
                        .formatted(minFreeBytes >> 20));
            }
            full = low;
            for (Aged segment : oldestFirst) {
                boolean old = !keep.isZero() && segment.modified.isBefore(before);
                if (!old && !(low && free.bytes() < minFreeBytes)) {
                    break;
                }
                Files.deleteIfExists(segment.file);
                removed++;
            }
            unreadable = false;
        } catch (IOException e) {
            if (!unreadable) {
                listener.warning("old segments cannot be deleted: " + e);
            }
            unreadable = true;
        }
        return removed;
    }

    private static List<Aged> aged(List<Path> paths) throws IOException {
        List<Aged> aged = new ArrayList<>(paths.size());
        for (Path path : paths) {
            try {
                aged.add(new Aged(path, Files.getLastModifiedTime(path).toInstant()));
            } catch (java.nio.file.NoSuchFileException e) {
                // Renamed or deleted since it was listed: nothing to decide about.
            }
        }
        return aged;
    }
}
