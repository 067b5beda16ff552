package io.livedub.stream.chain;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.spool.HeldFile;
import io.livedub.spool.HeldStream;
import io.livedub.spool.ServingFolder;
import io.livedub.spool.SpoolFolder;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.output.OutputGate;
import io.livedub.stream.source.PrimedSources;

/**
 * Stands by for a stream that another process has on air: reads the source, and goes on air when that process lets go of the stream, because
 * it was asked to or because it died. Until then it changes nothing of what viewers see. Thread-safe.
 */
final class Standby {
    /** A look at the lock costs three system calls. */
    private static final Duration EACH = Duration.ofMillis(200);
    /** When the other process was asked: all that is between its last frame and the next one is a gap. */
    private static final Duration EACH_WHEN_ASKED = Duration.ofMillis(10);
    /** A source that is back sooner is waited for, so that its first keyframe is not missed. */
    static final Duration SILENCE = Duration.ofSeconds(10);
    /** Between two looks at how far the other process has read. Each reads the whole spool. */
    static final Duration READ_EACH = Duration.ofSeconds(5);

    /** How a look at the stream's folder came out. */
    sealed interface Found {
        /** @param nothing whether the stream is over: nothing was left of it */
        record Free(Optional<StreamSpool> spool, boolean nothing) implements Found {}

        /**
         * @param owner who has it
         * @param handedOver whether that process has written its last, and only ends its publication
         */
        record LockedElsewhere(String owner, boolean handedOver) implements Found {}
    }

    /** What another process has left of the stream, or is about to leave. Blocking. */
    interface Left {
        /**
         * Tries to get the stream.
         *
         * @param ahead what was read of it before; in the answer when nothing has been written since
         */
        Found look(Optional<StreamSpool> ahead);

        /** Reads it before this process has the stream; empty when it is of no use. */
        Optional<StreamSpool> readAhead();

        /** Up to which instant of its timeline the process that has the stream has read the source; empty when its spool cannot tell. */
        OptionalLong readUntilNs();
    }

    /** What becomes of it; one of the last two is called, once. Blocking is allowed. */
    interface StandbyEnd {
        /** The stream is about to come: everything is made ready that can be. */
        void prepare(StreamSpool spool);

        void goOn(Optional<StreamSpool> spool);

        void over(StreamState end);
    }

    private final SpoolFolder folder;
    private final PrimedSources source;
    private final Left left;
    private final MediaClock clock;
    private final Executor workers;
    private final Consumer<StreamEvent> events;
    private final String owner;
    private final OutputGate gate;
    private StandbyEnd end;
    private Optional<StreamSpool> ahead = Optional.empty();
    private boolean readAhead;
    private HeldFile asking;
    private boolean asked;
    private boolean told;
    private OptionalLong otherStands = OptionalLong.empty();
    private long otherReadNs = Long.MIN_VALUE;
    private boolean otherIsSilent;
    private boolean over;

    /**
     * @param workers runs what blocks
     * @param owner the process that has the stream
     */
    Standby(
            SpoolFolder folder,
            PrimedSources source,
            Left left,
            MediaClock clock,
            Executor workers,
            Consumer<StreamEvent> events,
            String owner) {
        this.folder = folder;
        this.source = source;
        this.left = left;
        this.gate = new OutputGate(clock);
        this.clock = clock;
        this.workers = workers;
        this.events = events;
        this.owner = owner;
    }

    PrimedSources source() {
        return source;
    }

    /** Opens when the other process publishes no more. */
    OutputGate gate() {
        return gate;
    }

    void begin(StandbyEnd its) {
        end = its;
        events.accept(new LifeEvent.StandingBy(false, owner));
        source.begin();
        later();
    }

    private synchronized void later() {
        if (!over) {
            long each = (asked ? EACH_WHEN_ASKED : EACH).toNanos();
            clock.schedule(clock.nowNs() + each, () -> workers.execute(this::step));
        }
    }

    /**
     * Whether the source gives neither process anything, so that nothing of it could be missed: the stream goes over as one whose source is
     * lost. To refuse the take-over was rejected, because one publisher that stays away would keep all streams in the old process. A
     * source that only this process cannot read is another matter.
     */
    private boolean isSourceGone() {
        if (source.silentFor().compareTo(SILENCE) < 0) {
            otherStands = OptionalLong.empty();
            otherIsSilent = false;
            return false;
        }
        if (otherStands.isEmpty() || clock.nowNs() - otherReadNs >= READ_EACH.toNanos()) {
            OptionalLong stands = left.readUntilNs();
            otherIsSilent = stands.isPresent() && stands.equals(otherStands);
            otherStands = stands;
            otherReadNs = clock.nowNs();
        }
        return otherIsSilent;
    }

    private void step() {
        boolean ready = source.isReady() || isSourceGone();
        if (ready != told) {
            told = ready;
            events.accept(new LifeEvent.StandingBy(ready, owner));
        }
        synchronized (this) {
            if (over) {
                return;
            }
        }
        try {
            Found found = left.look(ahead);
            if (found instanceof Found.Free free) {
                free(free);
            } else {
                if (((Found.LockedElsewhere) found).handedOver()) {
                    prepare();
                }
                later();
            }
        } catch (RuntimeException | Error failure) {
            events.accept(new LifeEvent.Defect(failure));
            giveUp(new StreamState.Failed("internal error: " + failure, ExitCode.of(failure)));
        }
    }

    private void prepare() {
        if (!readAhead) {
            readAhead = true;
            ahead = left.readAhead();
            ahead.ifPresent(spool -> {
                continueWith(spool.held());
                end.prepare(spool);
            });
        }
    }

    private void continueWith(Optional<HeldStream> held) {
        source.continueAt(
                held.flatMap(HeldStream::handedOver).flatMap(HandedOver::seam),
                held.map(left -> left.position().monotonicNs()).orElse(clock.nowNs()));
    }

    private void free(Found.Free free) {
        if (!finish()) {
            // It was given up while this one looked.
            free.spool().ifPresent(StreamSpool::giveBack);
            return;
        }
        if (free.nothing()) {
            source.close();
            free.spool().ifPresent(StreamSpool::forget);
            end.over(new StreamState.Ended("the stream has ended in the process that had it"));
            return;
        }
        if (ahead.isEmpty() || !free.spool().equals(ahead)) {
            continueWith(free.spool().flatMap(StreamSpool::held));
        }
        end.goOn(free.spool());
    }

    /** The other process is to let go of the stream, now that everything is ready here. Does not block. */
    void ask() {
        source.keepAll();
        workers.execute(() -> {
            String refused = null;
            synchronized (this) {
                if (over || asked) {
                    return;
                }
                try {
                    asking = HeldFile.tryHold(folder.successorFile(), ServingFolder.self())
                            .orElse(null);
                    asked = asking != null;
                    refused = asked ? null : "yet another process is taking the stream over";
                } catch (NoSuchFileException ended) {
                    // The stream has just ended there, and its folder has gone with it: the next look says so.
                    return;
                } catch (IOException unwritable) {
                    refused = "the process that has the stream cannot be asked for it: " + unwritable;
                }
            }
            if (refused != null) {
                giveUp(new StreamState.Failed(refused, ExitCode.PUBLISHING));
            }
        });
    }

    /** The other process keeps the stream. */
    void giveUp(StreamState why) {
        if (finish()) {
            source.close();
            end.over(why);
        }
    }

    /** @return false when it was over before */
    private synchronized boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        if (asking != null) {
            try {
                asking.close();
            } catch (IOException leftBehind) {
                // Nobody holds it any more, and whoever finds it removes it.
                asking = null;
            }
        }
        return true;
    }
}
