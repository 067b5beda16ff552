package io.livedub.playlist;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;

/** Answers what viewers ask for. Blocks nobody: who waits for the media server waits without a thread. */
final class Playlists {
    static final String PLAYLIST = "application/vnd.apple.mpegurl";
    static final String RENDITION_FORM = "^(video|(audio|captions)-[a-z0-9-]{1,64})$";
    static final String FILE_FORM = "^(index\\.m3u8|[0-9a-f]{8}-(init)?[0-9]{1,18}\\.(mp4|vtt))$";

    private static final Pattern RENDITION = Pattern.compile(RENDITION_FORM);
    private static final Pattern FILE = Pattern.compile("([0-9a-f]{8})-(init)?([0-9]{1,18})\\.(mp4|vtt)");
    /** A name is never used again, so a CDN may keep the file. */
    private static final String FOR_EVER = "public, max-age=3600, immutable";

    private static final String MUST_ASK = "no-cache";

    private final ViewedStreams streams;
    private final Optional<Relays> relays;

    /**
     * @param body text, or bytes
     * @param cache value of Cache-Control
     */
    record PlaylistAnswer(int status, String type, Object body, String cache) {}

    /** @param server empty when no HLS of the media server is configured */
    Playlists(ViewedStreams streams, Optional<HlsServer> server, MediaClock clock, InstantSource time) {
        this.streams = streams;
        this.relays = server.map(hls -> new Relays(hls, clock, time));
    }

    CompletableFuture<PlaylistAnswer> master(Optional<StreamId> id) {
        return viewed(id, Relay::master);
    }

    CompletableFuture<PlaylistAnswer> part(Optional<StreamId> id, String rendition, String file) {
        if (!RENDITION.matcher(rendition).matches()) {
            return done(refused(404, "no such rendition"));
        }
        if (!file.equals("index.m3u8")) {
            return done(id.map(known -> file(known, rendition, file))
                    .orElseGet(() -> refused(404, "no such file, or no longer")));
        }
        Optional<ViewedStream> stream = id.flatMap(streams::stream);
        if (stream.isPresent() && !has(stream.get().settings(), rendition)) {
            return done(refused(404, "no such rendition"));
        }
        return viewed(id, (relay, now) -> relay.playlist(now, rendition));
    }

    private static boolean has(StreamSettings settings, String rendition) {
        return rendition.equals(Relay.VIDEO)
                || settings.targets().stream().anyMatch(target -> rendition.equals(Relay.AUDIO + target.key()))
                || Multivariant.captionLanguages(settings).stream()
                        .anyMatch(tag -> rendition.equals(Relay.CAPTIONS + Multivariant.key(tag)));
    }

    private PlaylistAnswer file(StreamId id, String rendition, String name) {
        Matcher parts = FILE.matcher(name);
        boolean captions = rendition.startsWith(Relay.CAPTIONS);
        if (!parts.matches() || captions != parts.group(4).equals("vtt")) {
            return refused(404, "no such file");
        }
        long number = Long.parseLong(parts.group(3));
        Optional<Relay> relay =
                relays.flatMap(all -> all.known(id)).filter(one -> one.run().equals(parts.group(1)));
        if (captions) {
            String language = rendition.substring(Relay.CAPTIONS.length());
            return relay.flatMap(one -> one.captions(number, () -> streams.captions(id, language)))
                    .map(text -> new PlaylistAnswer(200, "text/vtt;charset=UTF-8", text, MUST_ASK))
                    .orElseGet(() -> refused(404, "no such file, or no longer"));
        }
        String type = rendition.equals(Relay.VIDEO) ? "video/mp4" : "audio/mp4";
        return relay.flatMap(one -> one.file(rendition, number, parts.group(2) != null))
                .map(bytes -> new PlaylistAnswer(200, type, bytes, FOR_EVER))
                .orElseGet(() -> refused(404, "no such file, or no longer"));
    }

    /** Makes a playlist of a stream that is there. */
    private interface Maker {
        CompletableFuture<Optional<String>> make(Relay relay, ViewedStream stream);
    }

    private CompletableFuture<PlaylistAnswer> viewed(Optional<StreamId> given, Maker maker) {
        if (given.isEmpty()) {
            return done(refused(422, "not a stream id"));
        }
        StreamId id = given.get();
        Optional<ViewedStream> stream = streams.stream(id);
        if (stream.isEmpty()) {
            return done(refused(404, "no such stream"));
        }
        if (relays.isEmpty()) {
            return done(refused(409, "MEDIAMTX_HLS_URL is not set"));
        }
        return maker.make(relays.get().watched(id), stream.get())
                .handle((text, failure) -> failure == null ? playlist(text) : failed(failure));
    }

    private static PlaylistAnswer playlist(Optional<String> text) {
        return text.map(playlist -> new PlaylistAnswer(200, PLAYLIST, playlist, MUST_ASK))
                .orElseGet(() -> refused(503, "the media server has nothing of it yet"));
    }

    private static PlaylistAnswer failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        // Some of the JDK's failures say what they are by their name alone.
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return refused(503, "the media server's HLS cannot be read: " + why);
    }

    private static PlaylistAnswer refused(int status, String why) {
        String json = String.format(
                Locale.ROOT, "{\"status\":\"refused\",\"message\":\"%s\"}", why.replaceAll("[^ !#-\\[\\]-~]", " "));
        return new PlaylistAnswer(status, "application/json", json, "no-store");
    }

    private static CompletableFuture<PlaylistAnswer> done(PlaylistAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
