package io.livedub.playlist;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.playlist.Rendition.RenditionKind;
import io.livedub.playlist.Window.WindowPiece;

/** The renditions of one stream, for as long as somebody asks for them. Thread-safe. */
final class Relay {
    static final String VIDEO = "video";
    static final String AUDIO = "audio-";
    static final String CAPTIONS = "captions-";

    private static final Duration LEAST_DURATION = Duration.ofSeconds(1);
    private static final int LEAST_LISTED = 3;
    /** A source that comes back may have another size. */
    private static final long PICTURE_NS = Duration.ofSeconds(10).toNanos();

    /** Players wait ten seconds for the first byte of a playlist, and so does {@code access.ConnectionGuard}. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(7);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final StreamId streamId;
    private final String run;
    private final HlsServer server;
    private final MediaClock clock;
    private final InstantSource time;
    private final PlaylistBytes room;
    private final Timeline timeline = new Timeline();
    private final Map<String, Rendition> renditions = new LinkedHashMap<>();
    private final Map<String, Duration> longest = new LinkedHashMap<>();
    private CompletableFuture<ServerIndex> picture;
    private String pictureOf = "";
    private long pictureAskedNs;
    private boolean roomless;
    private long askedNs;

    /** @param run a short text that no other relay has: part of the names of files, which are cached */
    Relay(StreamId streamId, String run, HlsServer server, MediaClock clock, InstantSource time, PlaylistBytes room) {
        this.streamId = streamId;
        this.run = run;
        this.server = server;
        this.clock = clock;
        this.time = time;
        this.room = room;
        this.askedNs = clock.nowNs();
    }

    /** The playlist with the menu. The languages begin to be followed with it, so that a change finds them ready. */
    CompletableFuture<Optional<String>> master(ViewedStream stream) {
        refresh(stream);
        return inTime(index(stream.picturePath()), clock.nowNs() + LONGEST_WAIT.toNanos())
                .thenApply(index -> index.map(found -> Multivariant.of(stream.settings(), found)));
    }

    /** Asks the server once for all viewers who ask at about the same time, because each request opens a session there. */
    private CompletableFuture<ServerIndex> index(String path) {
        synchronized (this) {
            boolean fresh = clock.nowNs() - pictureAskedNs < PICTURE_NS;
            if (pictureOf.equals(path) && (fresh || !picture.isDone()) && !picture.isCompletedExceptionally()) {
                return picture;
            }
            pictureAskedNs = clock.nowNs();
            pictureOf = path;
            picture = server.index(streamId + "/" + path);
            return picture;
        }
    }

    /**
     * Waits at a muxer's beginning until there are a few segments: a player that begins with one has nothing in hand when the next is late, and
     * stalls at the first change of language.
     *
     * @return empty when nothing has come yet
     */
    CompletableFuture<Optional<String>> playlist(ViewedStream stream, String name) {
        return playlist(stream, name, clock.nowNs() + LONGEST_WAIT.toNanos());
    }

    private CompletableFuture<Optional<String>> playlist(ViewedStream stream, String name, long untilNs) {
        boolean captions = name.startsWith(CAPTIONS);
        String media = captions ? VIDEO : name;
        // While the server is away, viewers get the last playlist that was read.
        return inTime(refresh(stream).get(media).handle((done, failure) -> failure == null), untilNs)
                .thenCompose(read -> {
                    List<WindowPiece> pieces = rendition(media).window().listed();
                    if (read.orElse(false) && pieces.size() < LEAST_LISTED && clock.nowNs() - untilNs < 0) {
                        return later().thenCompose(again -> playlist(stream, name, untilNs));
                    }
                    return CompletableFuture.completedFuture(
                            pieces.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(MediaPlaylist.of(
                                            pieces, run, captions ? ".vtt" : ".mp4", longest(media, pieces))));
                });
    }

    /** Empty when the server takes longer: it is waited for all the same, and whoever asks a moment later has what has come. */
    private <T> CompletableFuture<Optional<T>> inTime(CompletableFuture<T> answer, long untilNs) {
        CompletableFuture<Optional<T>> first = answer.thenApply(Optional::of);
        MediaClock.Timer timer = clock.schedule(untilNs, () -> first.completeAsync(Optional::empty));
        return first.whenComplete((done, failure) -> timer.cancel());
    }

    private CompletableFuture<Void> later() {
        CompletableFuture<Void> again = new CompletableFuture<>();
        clock.schedule(clock.nowNs() + PAUSE.toNanos(), () -> again.completeAsync(() -> null));
        return again;
    }

    /** A playlist's target duration must not become less. */
    private synchronized Duration longest(String media, List<WindowPiece> pieces) {
        Duration now = pieces.stream()
                .map(piece -> Duration.ofNanos(piece.durationNs()))
                .reduce(LEAST_DURATION, (a, b) -> a.compareTo(b) > 0 ? a : b);
        return longest.merge(media, now, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    /** A language that nobody listens to is followed as well: its session would be over when somebody wants to. */
    private Map<String, CompletableFuture<Void>> refresh(ViewedStream stream) {
        synchronized (this) {
            askedNs = clock.nowNs();
        }
        Map<String, CompletableFuture<Void>> rounds = new LinkedHashMap<>();
        forget(stream.settings());
        Rendition video = rendition(VIDEO, stream.picturePath(), RenditionKind.VIDEO);
        boolean first = video.window().listed().isEmpty();
        CompletableFuture<Void> shown = video.refresh();
        rounds.put(VIDEO, shown);
        for (Target target : stream.settings().targets()) {
            Rendition sound = rendition(AUDIO + target.key(), stream.path(target), RenditionKind.AUDIO);
            // The picture's numbers have to be known to number the sound's.
            rounds.put(AUDIO + target.key(), first ? shown.thenCompose(done -> sound.refresh()) : sound.refresh());
        }
        return rounds;
    }

    /** Languages that were taken away. */
    private synchronized void forget(StreamSettings settings) {
        renditions.entrySet().removeIf(entry -> {
            boolean gone = !entry.getKey().equals(VIDEO)
                    && settings.targets().stream()
                            .noneMatch(target -> entry.getKey().equals(AUDIO + target.key()));
            if (gone) {
                entry.getValue().window().close();
            }
            return gone;
        });
    }

    private synchronized Rendition rendition(String name, String path, RenditionKind kind) {
        Rendition known = renditions.get(name);
        String full = streamId + "/" + path;
        if (known != null && known.path().equals(full)) {
            return known;
        }
        Rendition made = known != null
                ? known.from(full)
                : new Rendition(
                        server, full, kind, clock, time, new Window(room, timeline), this::numberOf, this::withoutRoom);
        renditions.put(name, made);
        return made;
    }

    private synchronized Rendition rendition(String name) {
        return renditions.get(name);
    }

    private long numberOf(long startNs, long durationNs) {
        return rendition(VIDEO).window().numberAt(startNs, durationNs).orElse(0L);
    }

    /** A segment of the picture or of a sound, or what such segments begin with. */
    Optional<byte[]> file(String name, long number, boolean init) {
        Rendition from = rendition(name);
        if (from == null) {
            return Optional.empty();
        }
        return init
                ? from.window().init(number).map(Window.InitSegment::bytes)
                : from.window().piece(number).map(WindowPiece::bytes).filter(bytes -> bytes.length > 0);
    }

    Optional<String> captions(long number, Supplier<List<Cue>> cues) {
        Rendition video = rendition(VIDEO);
        return video == null
                ? Optional.empty()
                : video.window().piece(number).map(piece -> Captions.of(piece, cues.get()));
    }

    String run() {
        return run;
    }

    synchronized long idleNs() {
        return clock.nowNs() - askedNs;
    }

    private synchronized void withoutRoom() {
        if (!roomless) {
            roomless = true;
            StreamLog.of(streamId)
                    .warn(
                            "segments are missing in the viewers' playlists: those of all streams have reached their limit"
                                    + " of 96 MiB; let viewers watch fewer streams or languages of this worker");
        }
    }

    synchronized void close() {
        renditions.values().forEach(rendition -> rendition.window().close());
    }
}
