package io.livedub.spool;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.livedub.media.MediaClock;

/**
 * Where a spool writes, and by whose time.
 *
 * @param lock held before the spool begins
 * @param lane blocks while a disk hangs; shared by all streams
 */
public record SpoolPlace(SpoolFolder folder, Supplier<StreamLock> lock, UUID boot, Executor lane, MediaClock clock) {
    @FunctionalInterface
    interface DiskWork {
        void run() throws IOException;
    }

    /** Runs the work on the lane. Completes when it is done or was refused. */
    CompletableFuture<Void> later(DiskWork work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lane.execute(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException refused) {
                // Foreign files in the folder, or a disk that refuses: the next spool of the stream meets them, and the
                // end of the process gives the lock back.
                done.complete(null);
                return;
            }
            done.complete(null);
        });
        return done;
    }
}
