package io.livedub.segment;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.livedub.id.StreamId;

/**
 * Deletes segments that are too old, and the oldest while the disk is too full; what a crash left half-written; empty folders of streams that
 * are gone. A file that cannot be read or deleted is passed over and logged once. Blocking; not thread-safe.
 */
public final class Retention {
    /** A file being written is never this old; one that is was left by a crash. A folder that was touched since may be one of a running stream. */
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
    private final Predicate<StreamId> running;
    private final InstantSource time;
    private final Consumer<String> warnings;
    private boolean full;
    private boolean failing;
    private int failures;
    private String firstFailure;

    /**
     * @param keep older ones are deleted; zero keeps all
     * @param minFreeBytes below it the oldest are deleted whatever their age; 0 never
     * @param running whether this process runs the stream of that id; its folder stays
     */
    public Retention(
            Path root, Duration keep, long minFreeBytes, Predicate<StreamId> running, Consumer<String> warnings) {
        this(
                root,
                keep,
                minFreeBytes,
                () -> Files.exists(root) ? Files.getFileStore(root).getUsableSpace() : Long.MAX_VALUE,
                running,
                InstantSource.system(),
                warnings);
    }

    Retention(
            Path root,
            Duration keep,
            long minFreeBytes,
            FreeSpace free,
            Predicate<StreamId> running,
            InstantSource time,
            Consumer<String> warnings) {
        this.files = new SegmentFiles(root);
        this.keep = keep;
        this.minFreeBytes = minFreeBytes;
        this.free = free;
        this.running = running;
        this.time = time;
        this.warnings = warnings;
    }

    /**
     * One round; call it every minute or so. Never throws.
     *
     * @return how many segments were deleted
     */
    public int sweep() {
        failures = 0;
        int removed = 0;
        List<Aged> left = new ArrayList<>();
        Instant before = time.instant().minus(keep);
        for (Path folder : folders()) {
            for (Aged segment : aged(folder, SegmentFiles.StoredKind.SEGMENT)) {
                if (!keep.isZero() && segment.modified.isBefore(before)) {
                    removed += delete(segment.file) ? 1 : 0;
                } else {
                    left.add(segment);
                }
            }
            tidy(folder);
        }
        removed += makeRoom(left);
        if (failures > 0 && !failing) {
            warnings.accept(String.format(
                    Locale.ROOT,
                    "%d segment files or folders cannot be read or deleted, first: %s",
                    failures,
                    firstFailure));
        }
        failing = failures > 0;
        return removed;
    }

    private void tidy(Path folder) {
        Instant before = time.instant().minus(LEFTOVER_AGE);
        // Asked first: what is deleted below touches the folder.
        boolean untouched = modified(folder).isBefore(before);
        for (Aged leftover : aged(folder, SegmentFiles.StoredKind.LEFTOVER)) {
            if (leftover.modified.isBefore(before)) {
                delete(leftover.file);
            }
        }
        if (untouched && !running.test(new StreamId(folder.getFileName().toString()))) {
            try {
                // Deletes nothing but an empty folder.
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException inUse) {
                return;
            } catch (IOException failure) {
                failed(failure);
            }
        }
    }

    private int makeRoom(List<Aged> segments) {
        int removed = 0;
        try {
            boolean low = free.bytes() < minFreeBytes;
            if (low && !full) {
                warnings.accept(String.format(
                        Locale.ROOT,
                        "less than %d MiB free for segments: the oldest are deleted before their time",
                        minFreeBytes >> 20));
            }
            full = low;
            if (!low) {
                return 0;
            }
            segments.sort(Comparator.comparing(Aged::modified).thenComparing(Aged::file));
            for (Aged segment : segments) {
                if (free.bytes() >= minFreeBytes) {
                    break;
                }
                removed += delete(segment.file) ? 1 : 0;
            }
        } catch (IOException unknown) {
            failed(unknown);
        }
        return removed;
    }

    private List<Path> folders() {
        try {
            return files.folders();
        } catch (IOException unreadable) {
            failed(unreadable);
            return List.of();
        }
    }

    private List<Aged> aged(Path folder, SegmentFiles.StoredKind kind) {
        try {
            return files.in(folder, kind).stream()
                    .map(file -> new Aged(file, modified(file)))
                    .toList();
        } catch (IOException unreadable) {
            failed(unreadable);
            return List.of();
        }
    }

    /** When the file was last written. A file that cannot be asked counts as written now, so it is never old enough to be deleted. */
    private Instant modified(Path path) {
        try {
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (NoSuchFileException goneSince) {
            return time.instant();
        } catch (IOException unreadable) {
            failed(unreadable);
            return time.instant();
        }
    }

    private boolean delete(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException undeletable) {
            failed(undeletable);
            return false;
        }
    }

    private void failed(IOException failure) {
        if (failures++ == 0) {
            firstFailure = failure.toString();
        }
    }
}
