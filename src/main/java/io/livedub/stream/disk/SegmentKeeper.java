package io.livedub.stream.disk;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.segment.Segment;
import io.livedub.segment.SegmentStore;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;

/**
 * Makes a segment's files beside the chain: muxing on any worker, writing one file after the other. A disk that hangs costs files, never
 * frames: after {@link #HANG} all that waits is given up, and so is what comes until the disk is back.
 */
public final class SegmentKeeper {
    /** A file takes milliseconds. */
    static final Duration HANG = Duration.ofSeconds(10);

    /** Ten segments, each with its original and its dubbed sound. */
    private static final int MOST_WAITING = 20;
    /** The same ten segments of 6 s at 6 Mbit/s are 50 MB; those of a larger source must not hold more. */
    private static final long MOST_WAITING_BYTES = 64L << 20;

    private static final Duration LOOKING = Duration.ofSeconds(3);

    /** A piece of writing; {@code segment} is null for one that only tells that it was its turn. */
    private record QueuedWrite(Segment segment, List<StoredTrack> tracks, long bytes, Runnable run) {}

    private final SegmentStore store;
    private final Executor workers;
    private final Executor disk;
    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    private final Queue<QueuedWrite> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private QueuedWrite current;
    private MediaClock.Timer watch;
    private boolean hangs;
    private boolean trouble;
    private int givenUp;

    /**
     * @param workers runs the muxing that STS waits for
     * @param disk runs the writing; apart, so that a disk that hangs holds no thread that dubbing needs
     */
    public SegmentKeeper(
            SegmentStore store, Executor workers, Executor disk, MediaClock clock, Consumer<StreamEvent> events) {
        this.store = store;
        this.workers = workers;
        this.disk = disk;
        this.clock = clock;
        this.events = events;
    }

    /** Number of the first segment of this run. Blocks for a few seconds at most. */
    public long firstBatch() {
        CompletableFuture<Long> found = new CompletableFuture<>();
        disk.execute(() -> {
            try {
                found.complete(store.nextBatch());
            } catch (RuntimeException | Error failure) {
                found.completeExceptionally(failure);
            }
        });
        try {
            return found.get(LOOKING.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException hanging) {
            long number = store.batchUnseen(InstantSource.system());
            events.accept(new LifeEvent.Warning(String.format(
                    Locale.ROOT,
                    "the disk hangs: segments of earlier runs cannot be listed, this one counts from %d",
                    number)));
            return number;
        } catch (ExecutionException defect) {
            throw new IllegalStateException(defect.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return store.batchUnseen(InstantSource.system());
        }
    }

    /** @return the segment's audio as M4A; fails when it has none or the muxer refuses */
    public Uni<byte[]> keep(Segment segment) {
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
        long bytes = bytes(segment.audio()) + bytes(segment.video());
        enqueue(new QueuedWrite(segment, tracks, bytes, () -> {
            if (!segment.audio().isEmpty()) {
                writeAudio(segment, m4a);
            }
            store.writeVideo(segment);
        }));
        return Uni.createFrom().completionStage(m4a);
    }

    /**
     * The dubbed audio as it airs.
     *
     * @param suffix of the file's name, for a language that is not the stream's first
     */
    public void keepDubbed(AiredSegment aired, String suffix) {
        Segment segment = aired.segment();
        // The segment is held as well, but as a rule the write before this one holds it too.
        enqueue(new QueuedWrite(
                segment,
                List.of(StoredTrack.AUDIO_DUBBED),
                bytes(aired.audio()),
                () -> store.writeDubbed(segment, aired.audio(), suffix)));
    }

    private static long bytes(List<Frame> frames) {
        return frames.stream().mapToLong(frame -> frame.size()).sum();
    }

    private void writeAudio(Segment segment, CompletableFuture<byte[]> m4a) {
        byte[] bytes;
        try {
            bytes = m4a.join();
        } catch (CompletionException noFile) {
            events.accept(new LifeEvent.Warning(String.format(
                    Locale.ROOT, "segment %d has no audio file: %s", segment.batch(), noFile.getCause())));
            store.givenUp(segment, StoredTrack.AUDIO, String.valueOf(noFile.getCause()));
            return;
        }
        store.writeAudio(segment, bytes);
    }

    private void enqueue(QueuedWrite write) {
        boolean first;
        synchronized (waiting) {
            first = current == null;
            if (first) {
                begin(write);
            } else if (!hangs && waiting.size() < MOST_WAITING && waitingBytes + write.bytes() <= MOST_WAITING_BYTES) {
                waiting.add(write);
                waitingBytes += write.bytes();
                return;
            }
        }
        if (first) {
            disk.execute(this::write);
        } else {
            giveUp(List.of(write), "the disk does not keep up");
        }
    }

    /** With the lock held. The time counts from here: the disk's thread may still hang in what an earlier run of the stream gave it. */
    private void begin(QueuedWrite write) {
        current = write;
        watch = clock.schedule(clock.nowNs() + HANG.toNanos(), () -> hangs(write));
    }

    private void hangs(QueuedWrite write) {
        List<QueuedWrite> lost;
        synchronized (waiting) {
            if (current != write) {
                return;
            }
            hangs = true;
            lost = new ArrayList<>(waiting);
            waiting.clear();
            waitingBytes = 0;
        }
        // A timer must not wait for a log that nobody reads.
        workers.execute(() -> giveUp(lost, "the disk hangs"));
    }

    private void giveUp(List<QueuedWrite> lost, String why) {
        boolean first;
        synchronized (waiting) {
            first = !trouble;
            trouble = true;
            givenUp +=
                    (int) lost.stream().filter(write -> write.segment() != null).count();
        }
        if (first) {
            events.accept(new LifeEvent.Warning(why + ": the stream goes on without its files until it is back"));
        }
        for (QueuedWrite write : lost) {
            if (write.segment() == null) {
                write.run().run();
            }
            write.tracks().forEach(track -> store.givenUp(write.segment(), track, why));
        }
    }

    private void write() {
        QueuedWrite write;
        synchronized (waiting) {
            write = current;
        }
        try {
            write.run().run();
        } catch (RuntimeException | Error failure) {
            // A defect of the worker: the store handles and counts the errors of files. The next file is still written.
            events.accept(new LifeEvent.Defect(failure));
        }
        boolean more;
        boolean back;
        int lost;
        synchronized (waiting) {
            watch.cancel();
            current = null;
            back = trouble && waiting.isEmpty();
            lost = givenUp;
            if (back) {
                trouble = false;
                givenUp = 0;
            }
            hangs = false;
            QueuedWrite next = waiting.poll();
            more = next != null;
            if (more) {
                waitingBytes -= next.bytes();
                begin(next);
            }
        }
        if (back) {
            events.accept(new LifeEvent.Warning(
                    String.format(Locale.ROOT, "the disk takes files again; %d writes were given up meanwhile", lost)));
        }
        if (more) {
            disk.execute(this::write);
        }
    }

    /** Completes when everything given so far is on disk or given up. */
    public Uni<Void> written() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (waiting) {
            if (current == null || hangs) {
                return Uni.createFrom().voidItem();
            }
            waiting.add(new QueuedWrite(null, List.of(), 0, () -> done.complete(null)));
        }
        return Uni.createFrom().completionStage(done);
    }
}
