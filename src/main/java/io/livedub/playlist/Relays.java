package io.livedub.playlist;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;

/** The streams that somebody watches. Thread-safe. */
final class Relays {
    /** Two hundred seconds of 4 Mbit/s: twelve streams with two segments of 8 s each. */
    private static final long MOST_BYTES = 96L << 20;

    /** A stream that nobody has asked for during this time has no viewer. MediaMTX ends its muxer after a minute, too. */
    private static final long IDLE_NS = Duration.ofSeconds(60).toNanos();

    private final HlsServer server;
    private final MediaClock clock;
    private final InstantSource time;
    private final PlaylistBytes room = new PlaylistBytes(MOST_BYTES);
    private final SecureRandom random = new SecureRandom();
    private final Map<StreamId, Relay> relays = new HashMap<>();
    private boolean sweeping;

    Relays(HlsServer server, MediaClock clock, InstantSource time) {
        this.server = server;
        this.clock = clock;
        this.time = time;
    }

    /** The relay of an existing stream. The number of streams bounds the number of relays. */
    synchronized Relay watched(StreamId streamId) {
        if (!sweeping) {
            sweeping = true;
            clock.schedule(clock.nowNs() + IDLE_NS, this::sweep);
        }
        return relays.computeIfAbsent(streamId, id -> {
            String run = String.format(Locale.ROOT, "%08x", random.nextInt());
            return new Relay(id, run, server, clock, time, room);
        });
    }

    synchronized Optional<Relay> known(StreamId streamId) {
        return Optional.ofNullable(relays.get(streamId));
    }

    private synchronized void sweep() {
        relays.values().removeIf(relay -> {
            boolean idle = relay.idleNs() >= IDLE_NS;
            if (idle) {
                relay.close();
            }
            return idle;
        });
        sweeping = !relays.isEmpty();
        if (sweeping) {
            clock.schedule(clock.nowNs() + IDLE_NS, this::sweep);
        }
    }
}
