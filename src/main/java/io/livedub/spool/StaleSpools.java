package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;

import io.livedub.id.StreamId;

/**
 * Removes spools that nobody goes on with: those of streams that were killed and never came back. A stream that is on air, here or in another
 * process, has the lock of its folder, and keeps its spool. Blocking; not thread-safe.
 */
public final class StaleSpools {
    /** No process resumes an older one; until then it is kept for whoever wants to know why it was left alone. */
    static final Duration KEPT = Duration.ofHours(1);

    private final Path segments;
    private final Predicate<StreamId> running;
    private final Predicate<StreamId> young;
    private final InstantSource time;

    /**
     * @param running whether this process runs the stream of that id
     * @param young whether its spool could be gone on with: a wall clock that was set forward makes the files of such a one look old
     */
    public StaleSpools(Path segments, Predicate<StreamId> running, Predicate<StreamId> young) {
        this(segments, running, young, InstantSource.system());
    }

    StaleSpools(Path segments, Predicate<StreamId> running, Predicate<StreamId> young, InstantSource time) {
        this.young = young;
        this.segments = segments;
        this.running = running;
        this.time = time;
    }

    /**
     * One round. Never throws: what cannot be removed is tried again with the next one.
     *
     * @return how many spools were removed
     */
    public int sweep() {
        int removed = 0;
        for (StreamId id : SpoolFolder.foldersIn(segments)) {
            try {
                removed += !running.test(id) && remove(new SpoolFolder(segments, id)) ? 1 : 0;
            } catch (IOException | RuntimeException unreadable) {
                continue;
            }
        }
        return removed;
    }

    private boolean remove(SpoolFolder folder) throws IOException {
        Instant before = time.instant().minus(KEPT);
        // Asked before the lock, which touches the folder.
        if (!folder.lastTouched().isBefore(before) || young.test(folder.streamId())) {
            return false;
        }
        if (!(StreamLock.tryLock(folder, () -> {}) instanceof StreamLock.LockOutcome.Locked locked)) {
            return false;
        }
        try {
            folder.remove(folder.files().keySet());
        } finally {
            locked.lock().closeAndRemove();
        }
        return true;
    }
}
