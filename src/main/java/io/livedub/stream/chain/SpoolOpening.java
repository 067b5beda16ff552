package io.livedub.stream.chain;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.spool.ClockReading;
import io.livedub.spool.HeldStream;
import io.livedub.spool.SpoolFinding;
import io.livedub.spool.SpoolFolder;
import io.livedub.spool.SpoolPlace;
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
        Found found = look(streamId, events, Optional.empty());
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
        Optional<StreamSpool> spool = ((Found.Free) found).spool();
        spool.ifPresent(StreamSpool::asAfterCrash);
        return spool;
    }

    SpoolFolder folder(StreamId streamId) {
        return new SpoolFolder(segments.dir(), streamId);
    }

    /** For a process that waits until nobody has the stream. */
    Standby.Left left(StreamId streamId, Consumer<StreamEvent> events) {
        return new Standby.Left() {
            private final AtomicBoolean said = new AtomicBoolean();

            @Override
            public Found look(Optional<StreamSpool> ahead) {
                return SpoolOpening.this.look(streamId, events, ahead, this::unknown);
            }

            /** Two processes would publish the stream if a disk that does not answer counted as a lock that is free. */
            private Found unknown(String why) {
                if (said.compareAndSet(false, true)) {
                    events.accept(new LifeEvent.Warning("it cannot be told whether another process has the stream: "
                            + why + "; this process goes on standing by"));
                }
                return new Found.LockedElsewhere("another process", false);
            }

            @Override
            public Optional<StreamSpool> readAhead() {
                return onLane(() -> handedOver(folder(streamId)), Optional::empty, unused -> {});
            }

            @Override
            public OptionalLong readUntilNs() {
                return onLane(() -> endOfSourceNs(folder(streamId)), OptionalLong::empty, unused -> {});
            }
        };
    }

    /** @param ahead what was read of it before the lock was free */
    Found look(StreamId streamId, Consumer<StreamEvent> events, Optional<StreamSpool> ahead) {
        return segments.spool()
                ? look(streamId, events, ahead, why -> none(events, why))
                : new Found.Free(Optional.empty(), false);
    }

    /** @param unknown what is answered when the disk does not say it, which gets why */
    private Found look(
            StreamId streamId,
            Consumer<StreamEvent> events,
            Optional<StreamSpool> ahead,
            Function<String, Found> unknown) {
        return onLane(
                () -> lookNow(streamId, events, ahead, unknown),
                () -> unknown.apply("the disk hangs"),
                SpoolOpening::giveBack);
    }

    /** Nobody has waited for the answer. A lock that was kept would be refused to every later run of the stream. */
    private static void giveBack(Found late) {
        if (late instanceof Found.Free free) {
            free.spool().ifPresent(StreamSpool::giveBack);
        }
    }

    /**
     * @param late what is answered when the disk hangs
     * @param tooLate given the answer that comes after that
     */
    private <T> T onLane(Supplier<T> work, Supplier<T> late, Consumer<T> tooLate) {
        CompletableFuture<T> done = new CompletableFuture<>();
        lane.execute(() -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error failure) {
                done.completeExceptionally(failure);
            }
        });
        try {
            return done.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException hanging) {
            var unused = done.thenAccept(tooLate);
            return late.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            var unused = done.thenAccept(tooLate);
            return late.get();
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

    private Found lookNow(
            StreamId streamId,
            Consumer<StreamEvent> events,
            Optional<StreamSpool> ahead,
            Function<String, Found> unknown) {
        SpoolFolder folder = new SpoolFolder(segments.dir(), streamId);
        StreamLock.LockOutcome outcome = mine.add(streamId)
                ? lock(folder, streamId)
                : new StreamLock.LockOutcome.LockTaken("this process", false);
        if (outcome instanceof StreamLock.LockOutcome.LockTaken taken) {
            return new Found.LockedElsewhere(taken.owner(), taken.handedOver());
        }
        if (outcome instanceof StreamLock.LockOutcome.LockUnavailable unavailable) {
            return unknown.apply(unavailable.why());
        }
        StreamLock lock = ((StreamLock.LockOutcome.Locked) outcome).lock();
        if (ahead.isPresent() && isWhatIsThere(ahead.get(), folder)) {
            ahead.get().has(lock);
            return new Found.Free(ahead, false);
        }
        SpoolFinding found = read(folder);
        if (!(found instanceof SpoolFinding.Resumable)) {
            folder.keepSwitches("");
        }
        if (found instanceof SpoolFinding.SpoolRefused refused) {
            events.accept(new LifeEvent.Warning("the spool that another process has left " + refused.detail()
                    + "; it is left alone, and the stream begins anew"));
        }
        return new Found.Free(Optional.of(spool(folder, lock, found)), found instanceof SpoolFinding.Nothing);
    }

    private SpoolFinding read(SpoolFolder folder) {
        return SpoolReader.read(folder, new ClockReading(clock.nowNs(), wall.millis(), boot), segments.resumeMaxAge());
    }

    /** @param lock null when another process has it still */
    private StreamSpool spool(SpoolFolder folder, StreamLock lock, SpoolFinding found) {
        boolean goesOn = found instanceof SpoolFinding.Resumable;
        return new StreamSpool(
                its -> new SpoolPlace(folder, its, boot, lane, clock),
                lock,
                wall,
                found instanceof SpoolFinding.Resumable resumable ? Optional.of(resumable.stream()) : Optional.empty(),
                goesOn ? folder.switches() : "",
                goesOn ? folder.atOut() : "");
    }

    /** Empty unless the spool says that another process goes on with it. */
    private Optional<StreamSpool> handedOver(SpoolFolder folder) {
        return Optional.of(spool(folder, null, read(folder)))
                .filter(left -> left.held().flatMap(HeldStream::handedOver).isPresent());
    }

    private OptionalLong endOfSourceNs(SpoolFolder folder) {
        return read(folder) instanceof SpoolFinding.Resumable resumable
                ? OptionalLong.of(resumable.stream().position().source().endNs())
                : OptionalLong.empty();
    }

    private static boolean isWhatIsThere(StreamSpool ahead, SpoolFolder folder) {
        try {
            return ahead.files().isPresent() && ahead.files().get().areTheLastIn(folder);
        } catch (IOException unreadable) {
            return false;
        }
    }
}
