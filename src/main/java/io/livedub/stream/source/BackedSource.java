package io.livedub.stream.source;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSource;
import io.livedub.media.SourceOddities;
import io.livedub.media.Track;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.Figure;
import io.livedub.stream.source.SourceChoice.Which;

/**
 * A source and its backup, both read all the time; {@link SourceChoice} says which one is on air. Of the other one the last frames
 * are held ({@link StandbyFrames}), and all else is dropped. The stream is lost only when neither gives frames, and how it ends then is decided as
 * for one source ({@link SourcePolicy}).
 * <p>Thread-safe. Events go on under the lock, because two threads bring frames and the chain takes them one at a time; so nothing that the chain
 * or an operator may call from elsewhere ({@link #stop}, {@link #ready}, {@link #notReady}) takes that lock.
 */
public final class BackedSource implements StreamSource {
    /** A source that stays away is asked for each 2 s: a line a minute is enough. */
    private static final int TOLD_EACH = 30;

    /** One of the two sources. */
    private final class Side {
        final Which which;
        final MediaSource read;
        final WatchedSource source;
        final StandbyFrames standby = new StandbyFrames();

        Side(Which which, MediaSource read, Duration grace, BiConsumer<Which, SourceTry> told) {
            this.which = which;
            this.read = read;
            this.source = new WatchedSource(read, new PatientPolicy(), grace, Repeats.SHOWN_FASTER, clock, failed -> {
                if (failed.number() % TOLD_EACH == 1) {
                    told.accept(which, failed);
                }
                triedInVain(which, failed);
            });
        }
    }

    private final MediaClock clock;
    private final long graceNs;
    private final Side first;
    private final Side backup;
    /** The policy for both sources together. */
    private final SourcePolicy policy;

    private final Object hooks = new Object();
    private MediaClock.Timer grace;
    private MultiEmitter<? super SourceEvent> emitter;
    private SourceChoice choice;
    private boolean live;
    private boolean backupFailed;
    /** The source on air is lost, and the other one is about to take over. */
    private SourceEvent.SourceInterrupted pending;

    private volatile boolean over;
    private volatile long onAir;
    private volatile long changes;

    /**
     * @param outage how long the media server itself may be away from a stream that was on air
     * @param told of the first try that found no source, and each minute from then on; whether it was the backup, and what failed
     */
    public BackedSource(
            MediaSource first,
            MediaSource backup,
            Duration grace,
            Duration outage,
            MediaClock clock,
            BiConsumer<Boolean, SourceTry> told) {
        this.clock = clock;
        this.graceNs = grace.toNanos();
        this.policy = new SourcePolicy(grace, outage);
        BiConsumer<Which, SourceTry> tries = (which, failed) -> told.accept(which == Which.BACKUP, failed);
        this.first = new Side(Which.FIRST, first, grace, tries);
        this.backup = new Side(Which.BACKUP, backup, grace, tries);
    }

    @Override
    public synchronized void resume() {
        Stream.of(first, backup).forEach(side -> side.source.resume());
        policy.resume(clock.nowNs());
    }

    @Override
    public Multi<SourceEvent> events() {
        return Multi.createFrom().<SourceEvent>emitter(this::start, BackPressureStrategy.IGNORE);
    }

    private void start(MultiEmitter<? super SourceEvent> to) {
        synchronized (this) {
            emitter = to;
            choice = new SourceChoice(clock.nowNs(), PrimedSource.goesOnWith(backup.read, first.read));
            onAir = choice.onAir().ordinal();
        }
        if (over) {
            to.complete();
            return;
        }
        to.onTermination(this::stop);
        Stream.of(first, backup).forEach(side -> side.source
                .events()
                .subscribe()
                .with(event -> handle(side, event), failure -> failed(failure), () -> {}));
    }

    private synchronized void handle(Side side, SourceEvent event) {
        if (over) {
            return;
        }
        if (event instanceof SourceEvent.Arrived arrived) {
            arrived(side, arrived, clock.nowNs());
        } else if (event instanceof SourceEvent.SourceInterrupted lost) {
            lost(side, lost, clock.nowNs());
        } else if (side.which == choice.onAir()) {
            if (pending != null) {
                lose(pending);
            }
            live();
        }
    }

    private void arrived(Side side, SourceEvent.Arrived event, long nowNs) {
        Frame frame = event.frame();
        backupFailed &= side != backup;
        boolean keyframe = frame.track() == Track.VIDEO && frame.keyframe();
        if (side.which == choice.onAir()) {
            choice.arrived(side.which, keyframe, false, nowNs);
            emitter.emit(event);
            return;
        }
        long airedNs = choice.lastNs(choice.onAir());
        side.standby.add(frame);
        if (choice.arrived(side.which, keyframe, side.standby.hasKeyframe(), nowNs)) {
            goOver(side, airedNs, nowNs);
        }
    }

    private void goOver(Side to, long airedNs, long nowNs) {
        boolean needed = nowNs - airedNs >= SourceChoice.SILENCE.toNanos();
        String reason = needed
                ? String.format(
                        Locale.ROOT,
                        "the %s source has given nothing for %.1f s",
                        to.which.other().label(),
                        (nowNs - airedNs) / 1e9)
                : String.format(
                        Locale.ROOT, "the first source has been healthy for %d s", SourceChoice.HEALTHY.toSeconds());
        pending = null;
        onAir = to.which.ordinal();
        changes++;
        emitter.emit(new SourceEvent.SourceSwitched(to == backup, reason));
        live();
        List<Frame> held = needed ? to.standby.takeBehind(airedNs) : to.standby.takeNewest();
        held.forEach(frame -> emitter.emit(new SourceEvent.Arrived(frame)));
    }

    private void live() {
        policy.frameArrived();
        if (!live) {
            live = true;
            emitter.emit(new SourceEvent.Back(false));
        }
        // A publisher that was said to be gone is not missed, and a later loss has its own grace time.
        notMissed();
    }

    private void lost(Side side, SourceEvent.SourceInterrupted event, long nowNs) {
        choice.lost(side.which);
        side.standby.clear();
        backupFailed |= side == backup;
        if (side.which != choice.onAir()) {
            if (pending != null) {
                lose(pending);
            }
        } else if (choice.isGiving(side.which.other(), nowNs)) {
            pending = event;
        } else {
            lose(event);
        }
    }

    private void lose(SourceEvent.SourceInterrupted event) {
        pending = null;
        live = false;
        emitter.emit(event);
        policy.ended(null, clock.nowNs());
    }

    /** A try of the first source counts when the backup has had its chance. */
    private void triedInVain(Which which, SourceTry failed) {
        synchronized (this) {
            choice.failed(which);
            if (which == Which.BACKUP) {
                backupFailed = true;
                return;
            }
            if (over || live || !backupFailed) {
                return;
            }
            SourcePolicy.Next next = policy.ended(failed.cause().orElse(null), clock.nowNs());
            if (next instanceof SourcePolicy.Next.FailSource fail) {
                failed(new StreamFailure(fail.exitCode(), fail.message()));
            } else if (next instanceof SourcePolicy.Next.EndSource) {
                stop();
            }
        }
    }

    private void failed(Throwable failure) {
        over = true;
        emitter.fail(failure);
        closeSoon();
    }

    @Override
    public List<SourceOddities> oddities() {
        return Stream.of(first, backup)
                .flatMap(side -> side.source.oddities().stream())
                .toList();
    }

    @Override
    public Map<Figure, Long> figures() {
        return Map.of(Figure.SOURCE_ON_AIR, onAir, Figure.SOURCE_CHANGES, changes);
    }

    @Override
    public void notReady() {
        synchronized (hooks) {
            if (!over && grace == null) {
                grace = clock.schedule(clock.nowNs() + graceNs, this::graceOver);
            }
        }
    }

    @Override
    public void ready() {
        notMissed();
        first.source.ready();
    }

    private void notMissed() {
        synchronized (hooks) {
            if (grace != null) {
                grace.cancel();
                grace = null;
            }
        }
    }

    private void graceOver() {
        synchronized (hooks) {
            grace = null;
        }
        synchronized (this) {
            // The word was on the first source; as long as either gives frames, the stream goes on.
            if (over || live) {
                return;
            }
        }
        stop();
    }

    @Override
    public void stop() {
        if (!over) {
            over = true;
            closeSoon();
        }
    }

    /** On a thread of the clock: who stops may hold a lock that the chain waits for while it takes a frame. */
    private void closeSoon() {
        notMissed();
        clock.schedule(clock.nowNs(), () -> {
            first.source.stop();
            backup.source.stop();
            synchronized (this) {
                if (emitter != null) {
                    emitter.complete();
                }
            }
        });
    }
}
