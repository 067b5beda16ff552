package io.livedub.stream;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.media.SegmentWriter;
import io.livedub.segment.Segment;
import io.livedub.segment.SegmentStore;

/**
 * Makes a segment's files beside the chain: muxing on any worker, writing one file after the other. A disk that hangs holds back
 * files, never frames; at the bound the files of the newest segment are given up.
 */
final class SegmentKeeper {
    /** Ten segments of 6 s at 6 Mbit/s are 50 MB: what a disk may hang before files are lost. */
    private static final int MOST_WAITING = 10;

    private final SegmentStore store;
    private final SegmentWriter writer;
    private final Executor workers;
    private final Executor disk;
    private final StreamObserver observer;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean writing;

    /**
     * @param workers runs the muxing that STS waits for
     * @param disk runs the writing; apart, so that a disk that hangs holds no thread that dubbing needs
     */
    SegmentKeeper(SegmentStore store, SegmentWriter writer, Executor workers, Executor disk, StreamObserver observer) {
        this.store = store;
        this.writer = writer;
        this.workers = workers;
        this.disk = disk;
        this.observer = observer;
    }

    /** Number of the first segment of this run. Blocking. */
    long firstBatch() {
        return store.nextBatch();
    }

    /** @return the segment's audio as M4A; fails when it has none or the muxer refuses */
    Uni<byte[]> keep(Segment segment) {
        CompletableFuture<byte[]> m4a = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                m4a.complete(store.audioM4a(segment));
            } catch (RuntimeException | OutOfMemoryError failure) {
                m4a.completeExceptionally(failure);
            }
        });
        enqueue(segment, () -> {
            if (!m4a.isCompletedExceptionally() && !segment.audio().isEmpty()) {
                m4a.thenAccept(bytes -> store.writeAudio(segment, bytes))
                        .exceptionally(unwritable -> null)
                        .join();
            }
            store.writeVideo(segment);
        });
        return Uni.createFrom().completionStage(m4a);
    }

    /** The dubbed audio as it airs. */
    void keepDubbed(AiredSegment aired) {
        Segment segment = aired.segment();
        enqueue(segment, () -> store.writeDubbed(segment, writer.mux(aired.audio(), segment.t0Ns())));
    }

    private void enqueue(Segment segment, Runnable write) {
        synchronized (waiting) {
            if (waiting.size() >= MOST_WAITING * 2) {
                observer.warning(
                        "the disk does not keep up: files of segment %d are given up".formatted(segment.batch()));
                return;
            }
            waiting.add(write);
            if (writing) {
                return;
            }
            writing = true;
        }
        disk.execute(this::writeNext);
    }

    private void writeNext() {
        Runnable next;
        synchronized (waiting) {
            next = waiting.peek();
        }
        try {
            next.run();
        } catch (RuntimeException | OutOfMemoryError failure) {
            observer.warning("a segment's file is lost: " + failure.getMessage());
        }
        synchronized (waiting) {
            waiting.remove();
            if (waiting.isEmpty()) {
                writing = false;
                waiting.notifyAll();
                return;
            }
        }
        disk.execute(this::writeNext);
    }

    /** Completes when everything given so far is on disk or given up. */
    Uni<Void> written() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (waiting) {
            if (!writing) {
                return Uni.createFrom().voidItem();
            }
            waiting.add(() -> done.complete(null));
        }
        return Uni.createFrom().completionStage(done);
    }
}
