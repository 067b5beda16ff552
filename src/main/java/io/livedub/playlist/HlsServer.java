package io.livedub.playlist;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.livedub.bounded.HttpCalls;
import io.livedub.config.Hosts;
import io.livedub.config.WorkerConfig.Login;
import io.livedub.media.Authorities;

/** The media server's HLS, asked for by the worker. Does not block. */
final class HlsServer {
    /** A playlist is answered when the server has segments: with keyframes each 4 s that takes 8 s from a muxer's beginning. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int LONGEST_PLAYLIST = 256 << 10;
    /** Ten seconds of 25 Mbit/s. */
    static final int LARGEST_SEGMENT = 32 << 20;

    private static final Pattern REFERENCE =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}(\\?[A-Za-z0-9._=&%-]{0,400})?");

    private final String base;
    private final Optional<Login> login;
    private final Authorities authorities;
    private CompletableFuture<HlsClients> clients;

    /** For small and for large bodies. */
    private record HlsClients(HttpCalls playlists, HttpCalls segments) {}

    HlsServer(URI url, String app, Optional<Login> login, Authorities authorities) {
        this.base = String.format(Locale.ROOT, "%s/%s/", url.toString().replaceAll("/+$", ""), app);
        this.login = login;
        this.authorities = authorities;
    }

    /**
     * A reference that stands in the server's playlist: a name beside the playlist, and nothing that leads elsewhere.
     *
     * @throws IOException when it is anything else
     */
    static String reference(String text) throws IOException {
        if (!REFERENCE.matcher(text).matches()) {
            throw new IOException("the media server's playlist names something that is not a file beside it");
        }
        return text;
    }

    /**
     * A session with a path, and its multivariant playlist. MediaMTX hands out sessions with this file only; the parameter is what it asks
     * for by a redirect otherwise.
     */
    CompletableFuture<ServerIndex> index(String path) {
        return playlist(path, "index.m3u8?cookieCheck=1").thenApply(text -> parsed(() -> ServerIndex.of(text)));
    }

    CompletableFuture<ServerPlaylist> media(String path, String reference) {
        return playlist(path, reference).thenApply(text -> parsed(() -> ServerPlaylist.of(text)));
    }

    private CompletableFuture<String> playlist(String path, String reference) {
        return get(path, reference, false).thenApply(body -> new String(body, StandardCharsets.UTF_8));
    }

    CompletableFuture<byte[]> segment(String path, String reference) {
        return get(path, reference, true);
    }

    private CompletableFuture<byte[]> get(String path, String reference, boolean segment) {
        return clients()
                .thenCombine(
                        reachable(URI.create(base + path + "/" + reference)),
                        (made, at) -> (segment ? made.segments() : made.playlists()).ask(request(at)))
                .thenCompose(answer -> answer)
                .thenApply(answer -> {
                    if (answer.status() != 200) {
                        throw new CompletionException(
                                new IOException("the media server answered " + answer.status() + " for " + path));
                    }
                    return answer.body();
                });
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        login.ifPresent(who -> request.header("Authorization", basic(who)));
        return request;
    }

    /** A host name that the client does not take has to be looked up, which may take its time: on a worker thread, too. */
    private static CompletableFuture<URI> reachable(URI uri) {
        return uri.getHost() != null
                ? CompletableFuture.completedFuture(uri)
                : CompletableFuture.supplyAsync(
                        () -> parsed(() -> Hosts.connectable(uri)), Infrastructure.getDefaultWorkerPool());
    }

    /** Made on a worker thread: the authorities are read from a file, and the caller may be an event loop. */
    private synchronized CompletableFuture<HlsClients> clients() {
        if (clients == null || clients.isCompletedExceptionally()) {
            clients = CompletableFuture.supplyAsync(
                    () -> {
                        HttpClient.Builder client = HttpClient.newBuilder().sslContext(parsed(authorities::trust));
                        return new HlsClients(
                                new HttpCalls(client, PATIENCE, LONGEST_PLAYLIST),
                                new HttpCalls(client, PATIENCE, LARGEST_SEGMENT));
                    },
                    Infrastructure.getDefaultWorkerPool());
        }
        return clients;
    }

    private static String basic(Login who) {
        return "Basic "
                + Base64.getEncoder().encodeToString((who.user() + ":" + who.pass()).getBytes(StandardCharsets.UTF_8));
    }

    /** An answer of the server, which may be of another kind than was asked for. */
    interface Parse<T> {
        T parse() throws IOException;
    }

    static <T> T parsed(Parse<T> parse) {
        try {
            return parse.parse();
        } catch (IOException wrong) {
            throw new CompletionException(wrong);
        }
    }
}
