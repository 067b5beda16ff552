package io.livedub.playlist;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongBiFunction;

import io.livedub.media.MediaClock;
import io.livedub.playlist.ServerPlaylist.ServerSegment;
import io.livedub.playlist.Window.InitSegment;

/**
 * Picture or sound of one of the media server's paths: follows its playlist and holds its last segments.
 *
 * <p>Segments go through the worker, because MediaMTX gives them to the address that asked for the session only, and forgets a session that
 * asks for nothing for 30 s, as one of a language does that nobody listens to. The worker keeps the sessions.
 *
 * <p>Thread-safe.
 */
final class Rendition {
    /** Which of a path's tracks it is. */
    enum RenditionKind {
        VIDEO,
        AUDIO
    }

    private static final long PAUSE_NS = 400_000_000L;
    private static final long PAUSE_AFTER_FAILURE_NS = 1_500_000_000L;
    /** At the beginning: what a player wants at once, and one for those who come a moment later. */
    private static final int FIRST = 4;

    private final HlsServer server;
    private final String path;
    private final RenditionKind kind;
    private final MediaClock clock;
    private final InstantSource time;
    private final Window window;
    private final ToLongBiFunction<Long, Long> numbers;
    private final Runnable onNoRoom;
    /** Names of segments that the server lists. */
    private final Set<String> known = new HashSet<>();

    private boolean begun;

    private CompletableFuture<Void> round;
    private long notBeforeNs;
    private String playlist;
    private String map = "";
    private InitSegment init = new InitSegment(-1, new byte[0]);
    private long timescale;
    /** What another path has given before. */
    private Window.MediaSpan held = Window.MediaSpan.NOTHING;

    /**
     * @param numbers of the first segment, by its media time and duration
     * @param onNoRoom told of each segment that there is no room for
     */
    Rendition(
            HlsServer server,
            String path,
            RenditionKind kind,
            MediaClock clock,
            InstantSource time,
            Window window,
            ToLongBiFunction<Long, Long> numbers,
            Runnable onNoRoom) {
        this.server = server;
        this.path = path;
        this.kind = kind;
        this.clock = clock;
        this.time = time;
        this.window = window;
        this.numbers = numbers;
        this.onNoRoom = onNoRoom;
        this.notBeforeNs = clock.nowNs();
    }

    String path() {
        return path;
    }

    /**
     * The same of another path, from the segments on that are not held yet: the outputs of a stream have one timeline. The picture of a stream
     * is that of its first language, which may be removed.
     */
    synchronized Rendition from(String other) {
        Rendition next = new Rendition(server, other, kind, clock, time, window, numbers, onNoRoom);
        next.init = new InitSegment(init.number(), init.bytes());
        next.held = window.span();
        return next;
    }

    Window window() {
        return window;
    }

    /** Reads the server once for all viewers who ask at about the same time. Fails when the server cannot be read. */
    CompletableFuture<Void> refresh() {
        CompletableFuture<Void> begun;
        synchronized (this) {
            if (round != null) {
                return round;
            }
            if (clock.nowNs() - notBeforeNs < 0) {
                return CompletableFuture.completedFuture(null);
            }
            begun = new CompletableFuture<>();
            round = begun;
        }
        fetched().thenCompose(this::take).whenComplete((done, failure) -> {
            synchronized (this) {
                round = null;
                notBeforeNs = clock.nowNs() + (failure == null ? PAUSE_NS : PAUSE_AFTER_FAILURE_NS);
                if (failure != null) {
                    playlist = null;
                }
            }
            if (failure == null) {
                begun.complete(null);
            } else {
                begun.completeExceptionally(failure);
            }
        });
        return begun;
    }

    private CompletableFuture<ServerPlaylist> fetched() {
        String at;
        synchronized (this) {
            at = playlist;
        }
        return at == null ? opened() : server.media(path, at).exceptionallyCompose(sessionIsOver -> opened());
    }

    private CompletableFuture<ServerPlaylist> opened() {
        return server.index(path).thenCompose(index -> {
            String at = kind == RenditionKind.VIDEO ? index.video() : index.audio();
            synchronized (this) {
                playlist = at;
            }
            return server.media(path, at);
        });
    }

    private CompletableFuture<Void> take(ServerPlaylist list) {
        List<ServerSegment> fresh;
        CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
        synchronized (this) {
            known.retainAll(list.names());
            fresh = list.entries().stream()
                    .filter(entry -> !known.contains(entry.name()))
                    .toList();
            if (!begun && fresh.size() > FIRST) {
                fresh.subList(0, fresh.size() - FIRST).forEach(entry -> known.add(entry.name()));
                fresh = fresh.subList(fresh.size() - FIRST, fresh.size());
            }
            begun |= !fresh.isEmpty();
            // Another muxer has other names; a session stands behind the name.
            String name = list.map().split("\\?", 2)[0];
            if (!map.equals(name)) {
                ready = server.segment(path, list.map()).thenAccept(bytes -> begin(name, bytes));
            }
        }
        for (ServerSegment entry : fresh) {
            ready = ready.thenCompose(before -> server.segment(path, entry.uri()))
                    .thenAccept(bytes -> add(entry, bytes));
        }
        return ready;
    }

    private synchronized void begin(String name, byte[] bytes) {
        timescale = HlsServer.parsed(() -> Fmp4.timescale(bytes));
        init = new InitSegment(init.number() + 1, bytes);
        map = name;
    }

    private synchronized void add(ServerSegment entry, byte[] bytes) {
        known.add(entry.name());
        long startNs = HlsServer.parsed(() -> Fmp4.startNs(bytes, timescale));
        if (held.holds(startNs + entry.durationNs() / 2)) {
            return;
        }
        Instant now = time.instant();
        long first = numbers.applyAsLong(startNs, entry.durationNs());
        if (!window.add(first, startNs, entry.durationNs(), init, bytes, now)) {
            onNoRoom.run();
        }
    }
}
