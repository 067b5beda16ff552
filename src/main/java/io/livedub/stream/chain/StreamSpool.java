package io.livedub.stream.chain;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.livedub.spool.HeldStream;
import io.livedub.spool.Spool;

/** The spool of one stream as it begins: where it is written, and what another process has left there. */
final class StreamSpool {
    private final Spool.SpoolPlace place;
    private final InstantSource wall;
    private final AtomicReference<HeldStream> held;

    /**
     * @param wall the clock that says the age of a spool after another boot
     * @param held what another process has left; empty: the stream begins
     */
    StreamSpool(Spool.SpoolPlace place, InstantSource wall, Optional<HeldStream> held) {
        this.place = place;
        this.wall = wall;
        this.held = new AtomicReference<>(held.orElse(null));
    }

    Spool.SpoolPlace place() {
        return place;
    }

    InstantSource wall() {
        return wall;
    }

    /** What another process has left, as long as nobody has taken it. */
    Optional<HeldStream> held() {
        return Optional.ofNullable(held.get());
    }

    /** Nobody goes on with the stream. */
    void forget() {
        try {
            place.lock().closeAndRemove();
        } catch (IOException foreign) {
            // A file of somebody else's keeps the folder; the lock is given back all the same.
            return;
        }
    }

    /** Given once: these are all frames of some seconds, and whoever goes on with them forgets them when they have aired. */
    Optional<HeldStream> takeHeld() {
        return Optional.ofNullable(held.getAndSet(null));
    }
}
