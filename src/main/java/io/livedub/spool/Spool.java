package io.livedub.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.livedub.media.MediaClock;
import io.livedub.segment.Segment;
import io.livedub.spool.SpoolRecord.ArrivedFrame;
import io.livedub.spool.SpoolRecord.CutSegment;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.SlatePicture;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.timeline.TimedFrame;

/**
 * What has arrived of one stream and not aired, appended to its folder again and again: a process that is killed loses what came since the
 * last time. A disk that is full, read-only or slow costs the spool and nothing else. Thread-safe; no method blocks.
 */
public final class Spool {
    /**
     * Between two appends while frames are held: two ticks of the output, whose wake-ups they share. Shorter costs more CPU and saves frames
     * that the restart loses anyway.
     */
    public static final Duration HOLDING_EACH = Duration.ofMillis(140);
    /** The same where nothing is held: only how far the stream is, which the next process can tell by the clock as well. */
    public static final Duration RELAYING_EACH = Duration.ofMillis(500);
    /** A batch takes a millisecond. Longer than this, and a resumed stream would lack more than it is worth. */
    static final long SLOW_NS = 5_000_000_000L;
    /** Bytes that may wait while a batch is written: 1 s of 50 Mbit/s, or a segment's dubbed sound in ten languages. */
    static final int MOST_WAITING = 16 << 20;

    private final SpoolPlace place;
    private final Duration each;
    private final Optional<HeldStream.Files> from;
    private final Supplier<StreamPosition> position;
    private final Consumer<String> onGivenUp;
    private final RecordEncoder encoder = new RecordEncoder();
    private final KeptKeyframes keyframes = new KeptKeyframes();
    private Consumer<Boolean> successor = asked -> {};
    private SpoolFiles files;
    private Optional<SlatePicture> slate = Optional.empty();
    private MediaClock.Timer timer;
    private boolean beginsFile = true;
    private long fileSinceNs;
    private long fileBytes;
    private long untilNs = Long.MIN_VALUE;
    private long writingSinceNs;
    private boolean writing;
    private boolean over;
    private String trouble;

    /**
     * @param each between two appends
     * @param from what the stream goes on from; empty when it begins
     * @param position where the stream stands; asked for each append, on the clock's thread
     * @param onGivenUp told why, once, when nothing more is written; on any thread
     */
    public Spool(
            SpoolPlace place,
            Duration each,
            Optional<HeldStream.Files> from,
            Supplier<StreamPosition> position,
            Consumer<String> onGivenUp) {
        this.place = place;
        this.each = each;
        this.from = from;
        this.position = position;
        this.onGivenUp = onGivenUp;
    }

    /** @param told gets with each batch, on the lane, whether another process asks for the stream; to be said before the first one */
    public void onSuccessor(Consumer<Boolean> told) {
        successor = told;
    }

    public synchronized void begin() {
        fileSinceNs = place.clock().nowNs();
        again();
    }

    private void again() {
        timer = place.clock().schedule(place.clock().nextTickNs(each), this::tick);
    }

    public void arrived(List<TimedFrame> frames) {
        frames.forEach(frame -> add(new ArrivedFrame(frame)));
    }

    public void cut(Segment segment) {
        add(CutSegment.of(segment));
    }

    /** What is shown for a lost source; empty: it is back. The picture is said again in each file, because a file goes when all of it has aired. */
    public synchronized void shows(Optional<SlatePicture> picture) {
        slate = picture;
        slate.ifPresent(this::add);
    }

    public void heard(HeardSound sound) {
        add(sound);
    }

    private synchronized void add(SpoolRecord record) {
        if (over || trouble != null || encoder.isFull() || !encoder.add(record)) {
            return;
        }
        untilNs = Math.max(untilNs, HeldStreamBuilder.untilNs(record));
        if (record instanceof ArrivedFrame arrived) {
            keyframes.arrived(arrived.timed().frame());
        }
    }

    private void tick() {
        StreamPosition now = position.get();
        String givenUp = null;
        SpoolFiles.Batch batch = null;
        synchronized (this) {
            if (over) {
                return;
            }
            if (trouble != null) {
                givenUp = trouble;
            } else if (writing && now.monotonicNs() - writingSinceNs > SLOW_NS) {
                givenUp = "the disk is too slow";
            } else if (encoder.size() > MOST_WAITING) {
                givenUp = "more arrives than the disk takes";
            } else if (!writing) {
                batch = batch(now);
                writing = true;
                writingSinceNs = now.monotonicNs();
            }
            over = givenUp != null;
            if (!over) {
                again();
            }
        }
        if (givenUp != null) {
            // The rest of the spool is useless, and its times say so. A disk that hangs keeps it.
            place.lane().execute(this::removeFiles);
            // Nothing is left that another process could go on with: the stream stays here.
            successor.accept(false);
            onGivenUp.accept(givenUp);
        } else if (batch != null) {
            SpoolFiles.Batch next = batch;
            place.lane().execute(() -> write(next));
        }
    }

    /** With the lock held. */
    private SpoolFiles.Batch batch(StreamPosition now) {
        encoder.add(now);
        ByteBuffer bytes = encoder.take();
        SpoolFiles.Batch batch = new SpoolFiles.Batch(bytes, beginsFile, untilNs, keyframes.keepFromNs(now.airedNs()));
        untilNs = Long.MIN_VALUE;
        fileBytes = (beginsFile ? 0 : fileBytes) + bytes.remaining();
        beginsFile = fileBytes >= SpoolFormat.FULL_FILE
                || now.monotonicNs() - fileSinceNs >= SpoolFormat.FILE_NS
                || encoder.isFull();
        if (beginsFile) {
            encoder.beginFile();
            fileSinceNs = now.monotonicNs();
            slate.ifPresent(this::add);
        }
        return batch;
    }

    private void write(SpoolFiles.Batch batch) {
        String failed = null;
        try {
            append(batch);
            lookForSuccessor();
        } catch (IOException | RuntimeException failure) {
            failed = failure.toString();
        }
        synchronized (this) {
            writing = false;
            trouble = failed;
        }
    }

    private void append(SpoolFiles.Batch batch) throws IOException {
        if (files == null) {
            files = SpoolFiles.open(place.folder(), place.boot(), from);
        }
        files.write(batch);
    }

    private void lookForSuccessor() {
        boolean asked;
        try {
            asked = HeldFile.holder(place.folder().successorFile()).isPresent();
        } catch (IOException unreadable) {
            // Whoever cannot be told from a foreign file is given nothing.
            asked = false;
        }
        successor.accept(asked && !isOver());
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** Whether what has come is on disk, but for the last batch. */
    public synchronized boolean isKept() {
        return !over && trouble == null && files != null;
    }

    /** The stream is over, and nothing of it is to be resumed. Completes when that is so on disk, or cannot be. */
    public CompletableFuture<Void> end() {
        stop();
        return place.later(() -> {
            removeFiles();
            place.lock().get().closeAndRemove();
        });
    }

    /** The stream is over for this process, and the next one is to go on with it, after what is known now. Completes when it can. */
    public CompletableFuture<Void> leave() {
        Optional<SpoolFiles.Batch> last = last(Optional.empty());
        return place.later(() -> {
            try {
                close(last);
            } finally {
                place.lock().get().close();
            }
        });
    }

    /**
     * Another process goes on with the very next frame: what is known is written with this as its last word. That process may read it at once;
     * it has the stream when it is {@link #give given}.
     */
    public void handOver(HandedOver word) {
        Optional<SpoolFiles.Batch> last = last(Optional.of(word));
        var unused = place.later(() -> {
            close(last);
            if (last.isPresent()) {
                place.lock().get().handedOver();
            }
        });
    }

    /** Nothing is written behind it. Empty when the spool was given up. */
    private Optional<SpoolFiles.Batch> last(Optional<HandedOver> word) {
        StreamPosition now = position.get();
        synchronized (this) {
            boolean kept = !over && trouble == null;
            stop();
            if (!kept) {
                return Optional.empty();
            }
            encoder.add(now);
            word.ifPresent(encoder::add);
            return Optional.of(new SpoolFiles.Batch(encoder.take(), beginsFile, untilNs, Long.MIN_VALUE));
        }
    }

    private void close(Optional<SpoolFiles.Batch> last) throws IOException {
        if (last.isPresent()) {
            append(last.get());
        }
        if (files != null) {
            files.close();
        }
    }

    /** The publication has ended. Completes when the other process can have the stream. */
    public CompletableFuture<Void> give() {
        return place.later(() -> place.lock().get().close());
    }

    private synchronized void stop() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void removeFiles() {
        try {
            if (files != null) {
                files.close();
                files.remove();
            } else if (from.isPresent()) {
                place.folder().remove(from.get().untilNs().keySet());
            }
        } catch (IOException notRemoved) {
            // Their age keeps them from being used.
            return;
        }
    }
}
