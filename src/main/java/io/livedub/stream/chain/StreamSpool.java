package io.livedub.stream.chain;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import io.livedub.spool.HeldStream;
import io.livedub.spool.SpoolPlace;
import io.livedub.spool.StreamLock;

/** The spool of one stream as it begins: where it is written, and what another process has left there. */
final class StreamSpool {
    private final SpoolPlace place;
    private final AtomicReference<StreamLock> lock;
    private final InstantSource wall;
    private final AtomicReference<HeldStream> held;
    private final Optional<HeldStream.Files> files;
    private final KeptSwitches switches;
    private final KeptOutputs outputs;

    /**
     * @param lock of the folder; null before this process has the stream
     * @param wall the clock that says the age of a spool after another boot
     * @param held what another process has left; empty: the stream begins
     * @param switches the operator's switches that it has left
     * @param outputs the languages that it has published
     */
    StreamSpool(
            Function<Supplier<StreamLock>, SpoolPlace> place,
            StreamLock lock,
            InstantSource wall,
            Optional<HeldStream> held,
            String switches,
            String outputs) {
        this.lock = new AtomicReference<>(lock);
        this.place = place.apply(this.lock::get);
        this.wall = wall;
        this.held = new AtomicReference<>(held.orElse(null));
        this.files = held.map(HeldStream::files);
        this.switches = new KeptSwitches(this.place, wall, switches);
        this.outputs = new KeptOutputs(this.place, outputs);
        if (lock != null) {
            this.outputs.keep();
        }
    }

    SpoolPlace place() {
        return place;
    }

    /** This process has the stream from now on. */
    void has(StreamLock its) {
        lock.set(its);
        outputs.keep();
    }

    StreamLock lock() {
        return lock.get();
    }

    InstantSource wall() {
        return wall;
    }

    KeptSwitches switches() {
        return switches;
    }

    KeptOutputs outputs() {
        return outputs;
    }

    /** What another process has left, as long as nobody has taken it. */
    Optional<HeldStream> held() {
        return Optional.ofNullable(held.get());
    }

    /**
     * This process has not stood by: what was handed over to another one, which has died, was due by now. To go on with the next frame would move the
     * stream by that time, and it would stay so.
     */
    void asAfterCrash() {
        held.updateAndGet(left -> left == null ? null : left.asAfterCrash());
    }

    /** This process does not go on with the stream: the next one may. */
    void giveBack() {
        StreamLock its = lock();
        try {
            if (its != null) {
                its.close();
            }
        } catch (IOException gone) {
            // It is given back all the same.
            return;
        }
    }

    /** Nobody goes on with the stream. */
    void forget() {
        try {
            lock().closeAndRemove();
        } catch (IOException foreign) {
            // A file of somebody else's keeps the folder; the lock is given back all the same.
            return;
        }
    }

    /** The files in which the other process has left it. */
    Optional<HeldStream.Files> files() {
        return files;
    }

    /** Given once: these are all frames of some seconds, and whoever goes on with them forgets them when they have aired. */
    Optional<HeldStream> takeHeld() {
        return Optional.ofNullable(held.getAndSet(null));
    }
}
