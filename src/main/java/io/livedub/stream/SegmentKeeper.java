package io.livedub.stream;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.segment.Segment;
import io.livedub.segment.SegmentStore;
import io.livedub.segment.StoredTrack;

/**
 * Makes a segment's files beside the chain: muxing on any worker, writing one file after the other. A disk that hangs holds back
 * files, never frames; at the bound the files of the newest segment are given up.
 */
final class SegmentKeeper {
    /** Ten segments of 6 s at 6 Mbit/s are 50 MB: what a disk may hang before files are lost. */
    private static final int MOST_WAITING = 10;

    private final SegmentStore store;
    private final Executor workers;
    private final Executor disk;
    private final StreamObserver observer;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean writing;

    /**
     * @param workers runs the muxing that STS waits for
     * @param disk runs the writing; apart, so that a disk that hangs holds no thread that dubbing needs
     */
    SegmentKeeper(SegmentStore store, Executor workers, Executor disk, StreamObserver observer) {
        this.store = store;
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
            } catch (RuntimeException | Error failure) {
                m4a.completeExceptionally(failure);
            }
        });
        List<StoredTrack> tracks =
                segment.audio().isEmpty() ? List.of(StoredTrack.VIDEO) : List.of(StoredTrack.AUDIO, StoredTrack.VIDEO);
        enqueue(segment, tracks, () -> {
            if (!segment.audio().isEmpty()) {
                writeAudio(segment, m4a);
            }
            store.writeVideo(segment);
        });
        return Uni.createFrom().completionStage(m4a);
    }

    /** The dubbed audio as it airs. */
    void keepDubbed(AiredSegment aired) {
        Segment segment = aired.segment();
        enqueue(segment, List.of(StoredTrack.AUDIO_DUBBED), () -> store.writeDubbed(segment, aired.audio()));
    }

    private void writeAudio(Segment segment, CompletableFuture<byte[]> m4a) {
        byte[] bytes;
        try {
            bytes = m4a.join();
        } catch (CompletionException noFile) {
            observer.warning("segment %d has no audio file: %s".formatted(segment.batch(), noFile.getCause()));
            store.givenUp(segment, StoredTrack.AUDIO, String.valueOf(noFile.getCause()));
            return;
        }
        store.writeAudio(segment, bytes);
    }

    private void enqueue(Segment segment, List<StoredTrack> tracks, Runnable write) {
        synchronized (waiting) {
            if (waiting.size() < MOST_WAITING * 2) {
                waiting.add(write);
                if (writing) {
                    return;
                }
                writing = true;
            } else {
                String why = "the disk does not keep up: files of segment %d are given up".formatted(segment.batch());
                observer.warning(why);
                tracks.forEach(track -> store.givenUp(segment, track, why));
                return;
            }
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
        } catch (RuntimeException | Error failure) {
            // A defect: what a file can meet is handled and counted by the store. The next one is written all the same.
            observer.defect(failure);
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
