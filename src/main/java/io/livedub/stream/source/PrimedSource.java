package io.livedub.stream.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSource;
import io.livedub.media.SourceException;
import io.livedub.media.SourceOddities;
import io.livedub.media.Track;
import io.livedub.timeline.SourceSeam;

/**
 * A source that is read before anybody wants its frames: of a stream that another process still has on air. What comes is kept from a keyframe
 * on. The first who subscribes gets what lies behind the place where that process has stopped reading, and then what comes; whoever
 * subscribes later gets a connection of his own.
 *
 * <p>Thread-safe.
 */
public final class PrimedSource implements MediaSource {
    /** Nothing that is older was not read by the other process as well: it says each 100 ms how far it is. */
    private static final long KEPT_NS = Duration.ofSeconds(5).toNanos();

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final MediaSource source;
    private final MediaClock clock;
    private final long mostBytes;
    private final Deque<Frame> held = new ArrayDeque<>();
    private long bytes;
    private long lastNs;
    private boolean keepsAll;
    private Cancellable reading;
    private MediaClock.Timer retry;
    private Throwable ended;
    private boolean isOver;
    private boolean given;
    private Optional<SourceSeam> seam = Optional.empty();
    private SeamFinder finder = new SeamFinder(Optional.empty(), Long.MIN_VALUE);
    private MultiEmitter<? super Frame> to;

    /** @param mostBytes what is kept; more than that is forgotten up to the next keyframe */
    public PrimedSource(MediaSource source, MediaClock clock, long mostBytes) {
        this.source = source;
        this.clock = clock;
        this.mostBytes = mostBytes;
        this.lastNs = clock.nowNs();
    }

    /** Begins to read. */
    public synchronized void begin() {
        if (given) {
            return;
        }
        isOver = false;
        ended = null;
        reading = source.frames().subscribe().with(this::arrived, this::over, () -> over(null));
    }

    /** Whether the other process can stop at any frame from now on, and none would be missed. */
    public synchronized boolean isReady() {
        return !isOver && !held.isEmpty() && isKeyframe(held.peek());
    }

    /** For how long the source has given this process nothing. */
    public synchronized Duration silentFor() {
        return Duration.ofNanos(clock.nowNs() - lastNs);
    }

    /** The other process may stop at any time: everything from now on is needed. */
    public synchronized void keepAll() {
        keepsAll = true;
    }

    /**
     * To be said before {@link #frames}.
     *
     * @param seam where the other process has stopped reading; empty: it died
     * @param fromNs when it died: frames that came sooner are not given on
     */
    public synchronized void continueAt(Optional<SourceSeam> seam, long fromNs) {
        this.seam = seam;
        finder = new SeamFinder(seam, fromNs);
    }

    /**
     * Whether this is the source that the other process has read last: its last pictures are among those that are held. When the other process
     * has said nothing of them, because it died, any source that is ready can be it.
     */
    public synchronized boolean goesOn() {
        if (seam.isEmpty()) {
            return isReady();
        }
        SeamFinder trial = new SeamFinder(seam, Long.MIN_VALUE);
        held.forEach(frame -> trial.accept(frame, behind -> {}));
        return trial.isFound();
    }

    /** Whether another process has read the one of two sources last, as against the other. */
    static boolean goesOnWith(MediaSource one, MediaSource other) {
        return one instanceof PrimedSource its
                && its.goesOn()
                && other instanceof PrimedSource primed
                && !primed.goesOn();
    }

    private synchronized void arrived(Frame frame) {
        lastNs = clock.nowNs();
        if (to != null) {
            give(frame);
            return;
        }
        if (given || held.isEmpty() && !isKeyframe(frame)) {
            return;
        }
        held.add(frame);
        bytes += frame.size();
        if (isKeyframe(frame) && !keepsAll) {
            forgetBefore(frame.arrivalNs() - KEPT_NS);
        }
        if (bytes > mostBytes) {
            // Without its beginning nothing of it can be decoded: the stream goes on with the next keyframe.
            held.clear();
            bytes = 0;
        }
    }

    private static boolean isKeyframe(Frame frame) {
        return frame.track() == Track.VIDEO && frame.keyframe();
    }

    /** Whole groups of pictures: the first frame that is held is a keyframe. */
    private void forgetBefore(long timeNs) {
        Frame from = null;
        for (Frame frame : held) {
            if (isKeyframe(frame) && frame.arrivalNs() <= timeNs) {
                from = frame;
            }
        }
        while (from != null && held.peek() != from) {
            bytes -= held.remove().size();
        }
    }

    private synchronized void over(Throwable failure) {
        isOver = true;
        ended = failure;
        if (to != null) {
            end(to);
        } else if (!given) {
            held.clear();
            bytes = 0;
            retry = clock.schedule(clock.nowNs() + AGAIN.toNanos(), this::begin);
        }
    }

    private void end(MultiEmitter<? super Frame> emitter) {
        if (ended == null) {
            emitter.complete();
        } else {
            emitter.fail(ended);
        }
    }

    @Override
    public Multi<Frame> frames() {
        return Multi.createFrom().deferred(() -> {
            synchronized (this) {
                if (given) {
                    return source.frames();
                }
                given = true;
                if (isOver) {
                    close();
                    return seam.isEmpty() ? source.frames() : Multi.createFrom().failure(placeIsGone());
                }
                return Multi.createFrom().<Frame>emitter(this::start, BackPressureStrategy.IGNORE);
            }
        });
    }

    private synchronized void start(MultiEmitter<? super Frame> emitter) {
        to = emitter;
        emitter.onTermination(this::close);
        for (Frame frame = held.poll(); frame != null; frame = held.poll()) {
            give(frame);
        }
        if (isOver) {
            end(emitter);
        }
    }

    private void give(Frame frame) {
        if (finder.isLost(frame)) {
            ended = placeIsGone();
            MultiEmitter<? super Frame> emitter = to;
            close();
            end(emitter);
            return;
        }
        finder.accept(frame, to::emit);
    }

    /** Whoever goes on has to know: another connection gives other frames, perhaps of another publisher. */
    private static SourceException placeIsGone() {
        return new SourceException(
                SourceException.SourceFailure.LOST,
                "the place where the other process stopped reading is not in what this one has read",
                null);
    }

    /** Nothing more is read on this connection. */
    public synchronized void close() {
        given = true;
        held.clear();
        if (retry != null) {
            retry.cancel();
        }
        if (reading != null) {
            reading.cancel();
            reading = null;
        }
    }

    @Override
    public SourceOddities oddities() {
        return source.oddities();
    }
}
