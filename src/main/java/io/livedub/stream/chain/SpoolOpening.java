package io.livedub.stream.chain;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.spool.ClockReading;
import io.livedub.spool.HeldStream;
import io.livedub.spool.Spool;
import io.livedub.spool.SpoolFinding;
import io.livedub.spool.SpoolFolder;
import io.livedub.spool.SpoolReader;
import io.livedub.spool.StreamLock;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.chain.Standby.Found;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.work.SerialExecutor;

/** Locks the folder of a stream that begins, and looks what another process has left there. */
final class SpoolOpening {
    /** A disk that hangs must not hold up a stream. */
    private static final int LIMIT_S = 3;

    private final WorkerConfig.Segments segments;
    private final MediaClock clock;
    private final InstantSource wall = InstantSource.system();
    private final Executor lane;
    /** Streams that this process has: their lock must not be asked for. */
    private final Set<StreamId> mine = ConcurrentHashMap.newKeySet();

    private final UUID boot = ClockReading.bootOfThisMachine();

    SpoolOpening(WorkerConfig.Segments segments, MediaClock clock) {
        // The spools of all streams are on one disk: when it hangs all of them wait, and each stream gives its own up.
        this(segments, clock, SerialExecutor.named("spool"));
    }

    /** @param lane runs what looks at the disk and writes to it, one task at a time */
    SpoolOpening(WorkerConfig.Segments segments, MediaClock clock, Executor lane) {
        this.lane = lane;
        this.segments = segments;
        this.clock = clock;
    }

    /**
     * Blocks for a few seconds at most.
     *
     * @return empty when spools are off, or there is no folder for one, which is warned of
     * @throws StreamFailure when another process has the stream
     */
    Optional<StreamSpool> open(StreamId streamId, Consumer<StreamEvent> events) {
        Found found = look(streamId, events);
        if (found instanceof Found.LockedElsewhere taken) {
            throw new StreamFailure(
                    ExitCode.PUBLISHING,
                    String.format(
                            Locale.ROOT,
                            "stream %s is on air in another process: %s has the lock in %s; stop that process first, or"
                                    + " take its streams over with --take-over",
                            streamId,
                            taken.owner(),
                            segments.dir()));
        }
        return ((Found.Free) found).spool();
    }

    SpoolFolder folder(StreamId streamId) {
        return new SpoolFolder(segments.dir(), streamId);
    }

    /** The same, for a process that waits until nobody has the stream. */
    Found look(StreamId streamId, Consumer<StreamEvent> events) {
        if (!segments.spool()) {
            return new Found.Free(Optional.empty(), false);
        }
        CompletableFuture<Found> opened = new CompletableFuture<>();
        lane.execute(() -> {
            try {
                opened.complete(lookNow(streamId, events));
            } catch (RuntimeException | Error failure) {
                opened.completeExceptionally(failure);
            }
        });
        try {
            return opened.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException hanging) {
            return none(events, "the disk hangs");
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Found.Free(Optional.empty(), false);
        }
    }

    private StreamLock.LockOutcome lock(SpoolFolder folder, StreamId streamId) {
        StreamLock.LockOutcome outcome = StreamLock.tryLock(folder, () -> mine.remove(streamId));
        if (!(outcome instanceof StreamLock.LockOutcome.Locked)) {
            mine.remove(streamId);
        }
        return outcome;
    }

    private static Found none(Consumer<StreamEvent> events, String why) {
        events.accept(new LifeEvent.SpoolGivenUp(why));
        return new Found.Free(Optional.empty(), false);
    }

    private Found lookNow(StreamId streamId, Consumer<StreamEvent> events) {
        SpoolFolder folder = new SpoolFolder(segments.dir(), streamId);
        StreamLock.LockOutcome outcome =
                mine.add(streamId) ? lock(folder, streamId) : new StreamLock.LockOutcome.LockTaken("this process");
        if (outcome instanceof StreamLock.LockOutcome.LockTaken taken) {
            return new Found.LockedElsewhere(taken.owner());
        }
        if (outcome instanceof StreamLock.LockOutcome.LockUnavailable unavailable) {
            return none(events, unavailable.why());
        }
        StreamLock lock = ((StreamLock.LockOutcome.Locked) outcome).lock();
        ClockReading now = new ClockReading(clock.nowNs(), wall.millis(), boot);
        SpoolFinding found = SpoolReader.read(folder, now, segments.resumeMaxAge());
        Optional<HeldStream> held = Optional.empty();
        if (found instanceof SpoolFinding.SpoolRefused refused) {
            events.accept(new LifeEvent.Warning("the spool that another process has left " + refused.detail()
                    + "; it is left alone, and the stream begins anew"));
        } else if (found instanceof SpoolFinding.Resumable resumable) {
            held = Optional.of(resumable.stream());
        }
        return new Found.Free(
                Optional.of(new StreamSpool(new Spool.SpoolPlace(folder, lock, boot, lane, clock), wall, held)),
                found instanceof SpoolFinding.Nothing);
    }
}
