package io.livedub.hook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.bounded.BoundedJson;
import io.livedub.bounded.HttpCalls;
import io.livedub.config.Hosts;
import io.livedub.id.StreamId;

/** The media server's list of paths (control API, {@code GET /v3/paths/list}). Blocking. */
final class ReadyPaths implements Discovery.Source {
    private static final int PAGE = 100;
    /** Ten thousand paths: a list that goes on behind it is not one of a server this worker could serve. */
    private static final int MOST_PAGES = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** All pages together. The list is asked for each 15 s. */
    private static final Duration ALL_PAGES = Duration.ofSeconds(10);

    private static final int LONGEST_PAGE_BYTES = 4 << 20;
    private static final int LONGEST_NAME = 256;
    /** Kinds of publishers that have a query, to the lists that the server keeps of them. */
    private static final Map<String, String> CONNECTIONS = Map.of(
            "rtmpConn", "rtmpconns",
            "rtmpsConn", "rtmpsconns",
            "rtspSession", "rtspsessions",
            "rtspsSession", "rtspssessions",
            "srtConn", "srtconns",
            "webRTCSession", "webrtcsessions");

    private static final Pattern SOURCE_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final String root;
    private final String app;
    private final Duration patience;
    private final Connect connect;
    private final Map<String, String> headers;
    private HttpCalls http;

    /** Makes the client; the file of the authorities may not be readable. */
    private interface Connect {
        HttpClient.Builder client() throws IOException;
    }

    ReadyPaths(URI base, String app, ApiAccess access) {
        this(base, app, access.headers(), PATIENCE, access::client);
    }

    /** @param headers of each request, such as a login; never printed */
    ReadyPaths(URI base, String app, Map<String, String> headers, Duration patience) {
        this(base, app, headers, patience, HttpClient::newBuilder);
    }

    private ReadyPaths(URI base, String app, Map<String, String> headers, Duration patience, Connect connect) {
        this.root = base.toString().replaceAll("/+$", "");
        this.app = app;
        this.headers = Map.copyOf(headers);
        this.patience = patience;
        this.connect = connect;
    }

    /**
     * Paths of the worker's streams that have a publisher.
     *
     * @param publishers by stream: the server's id of the publisher, empty when it has none
     * @param types by stream: what kind of connection it is to the server
     * @param complete every path of the server was read
     */
    record Listed(Map<StreamId, String> publishers, Map<StreamId, String> types, boolean complete) {}

    /** @throws IOException when the server does not answer, or with something else than a list */
    @Override
    public Listed list() throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        Map<StreamId, String> publishers = new LinkedHashMap<>();
        Map<StreamId, String> types = new HashMap<>();
        Set<String> names = new HashSet<>();
        long all = 0;
        int pages = 1;
        for (int page = 0; page < Math.min(pages, MOST_PAGES); page++) {
            if (System.nanoTime() - startNs > ALL_PAGES.toNanos()) {
                return new Listed(publishers, types, false);
            }
            JsonNode list = page(page);
            pages = list.path("pageCount").asInt(1);
            all = list.path("itemCount").asLong(-1);
            int count = 0;
            for (JsonNode item : list.path("items")) {
                if (++count > PAGE) {
                    break;
                }
                String name = item.path("name").asText();
                if (name.length() <= LONGEST_NAME && names.add(name)) {
                    add(name, item, publishers, types);
                }
            }
        }
        // Paths that come or go between two pages shift those behind them, and one may be missed.
        return new Listed(publishers, types, all < 0 ? pages <= 1 : all == names.size());
    }

    /**
     * The query of a publisher's URL, which its hook would have had.
     *
     * @return empty when the server does not tell, or the publisher has gone
     * @throws IOException when the server does not answer
     */
    @Override
    public Optional<String> query(String type, String sourceId) throws IOException, InterruptedException {
        String connections = CONNECTIONS.get(type);
        if (connections == null || !SOURCE_ID.matcher(sourceId).matches()) {
            return Optional.empty();
        }
        HttpCalls.HttpAnswer answer = ask(String.format(Locale.ROOT, "/v3/%s/get/%s", connections, sourceId));
        if (answer.status() != 200) {
            return Optional.empty();
        }
        JsonNode connection = BoundedJson.MAPPER.readTree(answer.body());
        return connection == null
                ? Optional.empty()
                : Optional.ofNullable(connection.path("query").textValue());
    }

    private HttpCalls.HttpAnswer ask(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(Hosts.connectable(URI.create(root + path)));
        headers.forEach(request::header);
        if (http == null) {
            http = new HttpCalls(connect.client(), patience, LONGEST_PAGE_BYTES);
        }
        return http.await(request);
    }

    private JsonNode page(int page) throws IOException, InterruptedException {
        HttpCalls.HttpAnswer answer =
                ask(String.format(Locale.ROOT, "/v3/paths/list?itemsPerPage=%d&page=%d", PAGE, page));
        if (answer.status() == 401) {
            throw new IOException(
                    "the control API refuses the worker's login (401): check MEDIAMTX_USER and MEDIAMTX_PASS,"
                            + " and that this user has the permission `api`");
        }
        if (answer.status() != 200) {
            throw new IOException("the control API answers with status " + answer.status());
        }
        JsonNode list = BoundedJson.MAPPER.readTree(answer.body());
        if (list == null || !list.path("items").isArray()) {
            throw new IOException("the control API answers with something else than a list of paths");
        }
        return list;
    }

    private void add(String name, JsonNode item, Map<StreamId, String> publishers, Map<StreamId, String> types) {
        // "available" is the newer name of "ready"; old servers know the one, newest ones may drop the other.
        boolean isReady =
                item.path("ready").asBoolean() || item.path("available").asBoolean();
        String source = item.path("source").path("id").asText("");
        if (isReady && source.length() <= LONGEST_NAME) {
            StreamPath.parse(app, name)
                    .filter(path -> path.direction() == StreamPath.Direction.IN)
                    .ifPresent(path -> {
                        publishers.put(path.streamId(), source);
                        types.put(
                                path.streamId(),
                                item.path("source").path("type").asText(""));
                    });
        }
    }
}
