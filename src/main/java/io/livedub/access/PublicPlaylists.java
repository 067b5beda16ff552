package io.livedub.access;

import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;

import io.vertx.core.http.HttpServerRequest;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;

/** Whether viewers may have the playlists of {@code /v1/streams/{id}/master.m3u8} and what they lead to without the secret. */
@ApplicationScoped
public class PublicPlaylists {
    /** Matches the path as it was sent, byte for byte: the playlist's own URLs and no other path of the API. */
    private static final Pattern PATH = Pattern.compile(
            "/v1/streams/" + StreamId.FORM + "/(master\\.m3u8|hls/[a-z0-9-]{1,80}/[a-z0-9-]{1,40}\\.(m3u8|mp4|vtt))");

    private final boolean on;

    public PublicPlaylists(WorkerConfig config) {
        this.on = config.languages().publicPlaylists();
    }

    public boolean on() {
        return on;
    }

    boolean has(HttpServerRequest request) {
        String path = request.path();
        String method = request.method().name();
        return on
                && path != null
                && (method.equals("GET") || method.equals("HEAD"))
                && PATH.matcher(path).matches();
    }
}
