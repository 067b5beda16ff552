package io.livedub.stream.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSource;
import io.livedub.media.SourceException;
import io.livedub.media.SourceOddities;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.Figure;

/**
 * A source that is opened again when it is lost. {@link SourcePolicy} decides when it has ended or cannot be opened.
 */
public final class WatchedSource implements StreamSource {
    /** A hook may come any number of times; a try for it is made so often at most. */
    private static final long HURRIED_EACH_NS = Duration.ofSeconds(1).toNanos();

    private final MediaSource source;
    private final RetryPolicy policy;
    private final MediaClock clock;
    private final long graceNs;
    private final Consumer<SourceTry> tries;
    private final RepeatedFrames repeated;

    private MultiEmitter<? super SourceEvent> emitter;
    private Cancellable reading;
    private MediaClock.Timer retry;
    private MediaClock.Timer grace;
    private int attempt;
    private int inVain;
    private boolean over;
    private boolean wasLive;
    /** Another process has read it, and this one has not had a frame yet. */
    private boolean takenUp;

    private long hurriedNs;

    public WatchedSource(MediaSource source, Duration grace, MediaClock clock) {
        this(source, grace, Duration.ZERO, Repeats.LEFT_OUT, clock, failed -> {});
    }

    /**
     * @param outage how long the media server itself may be away from a stream that was on air
     * @param repeats what becomes of frames that are read again; when they are left out, the next one may be any picture, not only a keyframe
     * @param tries told of each try that found no source
     */
    public WatchedSource(
            MediaSource source,
            Duration grace,
            Duration outage,
            Repeats repeats,
            MediaClock clock,
            Consumer<SourceTry> tries) {
        this(source, new SourcePolicy(grace, outage), grace, repeats, clock, tries);
    }

    WatchedSource(
            MediaSource source,
            RetryPolicy policy,
            Duration grace,
            Repeats repeats,
            MediaClock clock,
            Consumer<SourceTry> tries) {
        this.repeated = new RepeatedFrames(repeats);
        this.tries = tries;
        this.source = source;
        this.policy = policy;
        this.clock = clock;
        this.hurriedNs = clock.nowNs() - HURRIED_EACH_NS;
        this.graceNs = grace.toNanos();
    }

    @Override
    public synchronized void resume() {
        takenUp = true;
        policy.resume(clock.nowNs());
    }

    @Override
    public Multi<SourceEvent> events() {
        // Nothing is buffered here: the chain behind asks for all, and handles a frame on the thread that brings it.
        return Multi.createFrom().<SourceEvent>emitter(this::start, BackPressureStrategy.IGNORE);
    }

    private synchronized void start(MultiEmitter<? super SourceEvent> to) {
        emitter = to;
        if (over) {
            // Stopped before it began: nobody else would complete this.
            to.complete();
            return;
        }
        to.onTermination(this::stop);
        open();
    }

    private synchronized void open() {
        if (over) {
            return;
        }
        int current = ++attempt;
        repeated.begin();
        retry = null;
        reading = source.frames()
                .subscribe()
                .with(frame -> arrived(current, frame), failure -> ended(current, failure), () -> ended(current, null));
    }

    private void arrived(int from, Frame frame) {
        boolean back = false;
        boolean goesOn;
        List<Frame> fresh;
        synchronized (this) {
            if (over || from != attempt) {
                return;
            }
            fresh = repeated.accept(frame);
            goesOn = repeated.goesOn();
            if (!fresh.isEmpty() && !policy.isLive()) {
                policy.frameArrived();
                wasLive = true;
                takenUp = false;
                inVain = 0;
                back = true;
                // The publisher that was said to be gone came back, whether or not a hook said so: a later loss has its
                // own grace time.
                ready();
            }
        }
        if (back) {
            emitter.emit(new SourceEvent.Back(goesOn));
        }
        for (Frame each : fresh) {
            emitter.emit(new SourceEvent.Arrived(each));
        }
    }

    private void ended(int from, Throwable cause) {
        SourceException said = asSourceException(cause);
        SourceException failure;
        SourcePolicy.Next next;
        boolean lost;
        boolean interrupted;
        int number;
        Optional<Duration> again = Optional.empty();
        synchronized (this) {
            if (over || from != attempt) {
                return;
            }
            failure = repeated.onlyRepeats() ? staleGop() : said;
            lost = policy.isLive();
            // What comes on another connection does not go on where the other process has stopped.
            interrupted = lost || takenUp;
            takenUp = false;
            number = lost ? 0 : ++inVain;
            next = policy.ended(failure, clock.nowNs());
            if (next instanceof SourcePolicy.Next.RetrySource retrying) {
                retry = clock.schedule(retrying.atNs(), this::open);
                again = Optional.of(Duration.ofNanos(retrying.atNs() - clock.nowNs()));
            } else {
                over = true;
            }
        }
        if (interrupted) {
            emitter.emit(new SourceEvent.SourceInterrupted(
                    failure == null ? "end of stream" : failure.getMessage(), failure != null));
        }
        if (!lost) {
            String why = failure == null ? "it ended before its first frame" : failure.getMessage();
            tries.accept(new SourceTry(number, why, Optional.ofNullable(failure), again));
        }
        if (next instanceof SourcePolicy.Next.FailSource fail) {
            emitter.fail(new StreamFailure(fail.exitCode(), fail.message()));
        } else if (next instanceof SourcePolicy.Next.EndSource) {
            emitter.complete();
        }
    }

    @Override
    public List<SourceOddities> oddities() {
        return List.of(source.oddities());
    }

    @Override
    public Map<Figure, Long> figures() {
        return Map.of();
    }

    @Override
    public synchronized void notReady() {
        if (over || grace != null) {
            return;
        }
        grace = clock.schedule(clock.nowNs() + graceNs, this::graceOver);
    }

    @Override
    public synchronized void ready() {
        if (grace != null) {
            grace.cancel();
            grace = null;
        }
        // The media server says that the publisher is back: waiting for the next try would only lose pictures. At the
        // start the tries are counted, and a hook that comes many times must not use them up.
        long nowNs = clock.nowNs();
        if (retry != null && wasLive && !over && nowNs - hurriedNs >= HURRIED_EACH_NS) {
            hurriedNs = nowNs;
            retry.cancel();
            retry = clock.schedule(nowNs, this::open);
        }
    }

    private void graceOver() {
        synchronized (this) {
            // Frames that come prove more than an event that was said: hooks of a replaced publisher arrive
            // in either order.
            if (over || policy.isLive()) {
                grace = null;
                return;
            }
        }
        stop();
    }

    @Override
    public void stop() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            if (retry != null) {
                retry.cancel();
            }
            if (grace != null) {
                grace.cancel();
            }
            if (reading != null) {
                reading.cancel();
            }
        }
        if (emitter != null) {
            emitter.complete();
        }
    }

    /** The server answers, and repeats the last GOP of a publisher that is gone. */
    private static SourceException staleGop() {
        return new SourceException(
                SourceException.SourceFailure.NO_SUCH_STREAM,
                "no such stream: the server sends only what was read before");
    }

    private static SourceException asSourceException(Throwable failure) {
        if (failure == null || failure instanceof SourceException) {
            return (SourceException) failure;
        }
        return new SourceException(SourceException.SourceFailure.LOST, failure.toString(), failure);
    }
}
