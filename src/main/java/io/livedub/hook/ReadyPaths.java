package io.livedub.hook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.livedub.config.Hosts;

/** The media server's list of paths (control API, {@code GET /v3/paths/list}). Blocking. */
final class ReadyPaths {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 100;
    /** Ten thousand paths: a list that goes on behind it is not one of a server this worker could serve. */
    private static final int MOST_PAGES = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_PAGE_BYTES = 8 << 20;

    private final URI base;
    private final String app;
    private final ApiAccess access;

    ReadyPaths(URI base, String app, ApiAccess access) {
        this.base = base;
        this.app = app;
        this.access = access;
    }

    /** A path that has a publisher. */
    record Ready(String streamId, String sourceId) {}

    /** @throws IOException when the server does not answer, or with something else than a list */
    List<Ready> list() throws IOException, InterruptedException {
        HttpClient http = access.client().connectTimeout(PATIENCE).build();
        List<Ready> ready = new ArrayList<>();
        int pages = 1;
        for (int page = 0; page < Math.min(pages, MOST_PAGES); page++) {
            JsonNode list = page(http, page);
            pages = list.path("pageCount").asInt(1);
            list.path("items").forEach(item -> add(item, ready));
        }
        return ready;
    }

    private JsonNode page(HttpClient http, int page) throws IOException, InterruptedException {
        String root = base.toString().replaceAll("/+$", "");
        URI uri = Hosts.connectable(URI.create("%s/v3/paths/list?itemsPerPage=%d&page=%d".formatted(root, PAGE, page)));
        HttpResponse<java.io.InputStream> response = http.send(
                access.identified(HttpRequest.newBuilder(uri)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (java.io.InputStream body = response.body()) {
            if (response.statusCode() == 401) {
                throw new IOException(
                        "the control API refuses the worker's login: check MEDIAMTX_USER and MEDIAMTX_PASS,"
                                + " and that this user has the permission `api`");
            }
            if (response.statusCode() != 200) {
                throw new IOException("the control API answers with status " + response.statusCode());
            }
            JsonNode list = JSON.readTree(body.readNBytes(LONGEST_PAGE_BYTES));
            if (list == null || !list.path("items").isArray()) {
                throw new IOException("the control API answers with something else than a list of paths");
            }
            return list;
        }
    }

    private void add(JsonNode item, List<Ready> ready) {
        // "available" is the newer name of "ready"; old servers know the one, newest ones may drop the other.
        boolean isReady =
                item.path("ready").asBoolean() || item.path("available").asBoolean();
        StreamPath.parse(app, item.path("name").asText())
                .filter(path -> isReady && path.direction() == StreamPath.Direction.IN)
                .ifPresent(path -> ready.add(new Ready(
                        path.streamId(), item.path("source").path("id").asText(""))));
    }
}
