package io.livedub.hook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The control API's list of paths, page by page. */
@Timeout(60)
class ReadyPathsTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> pages = new ArrayList<>();
    private int status = 200;
    private int missing;
    private Duration patience = Duration.ofSeconds(30);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v3/paths/list", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            asked.add(query + " " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] page = pages.get(Integer.parseInt(query.replaceAll(".*page=", "")) % pages.size())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, page.length + missing);
            exchange.getResponseBody().write(page);
            if (missing == 0) {
                exchange.close();
            } else {
                exchange.getResponseBody().flush();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private ReadyPaths.Listed list() throws IOException, InterruptedException {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return new ReadyPaths(base, "live", Map.of("Authorization", "Basic dTpw"), patience).list();
    }

    /** As MediaMTX 1.20 answers. */
    @Test
    void thePublishersQueryIsAskedForWhenItsHookWasLost() throws Exception {
        server.createContext("/v3/rtmpconns/get/", exchange -> {
            boolean known = exchange.getRequestURI().getPath().endsWith("/731a24de-1dd7");
            asked.add(exchange.getRequestURI().getPath());
            byte[] answer = (known ? "{\"id\":\"731a24de-1dd7\",\"query\":\"user=cam&targets=es,fr:anna\"}" : "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 404, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        page(1, 1, item("live/a/in", "\"ready\":true", "731a24de-1dd7"));
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        ReadyPaths paths = new ReadyPaths(base, "live", Map.of(), patience);

        ReadyPaths.Listed listed = paths.list();

        StreamId a = new StreamId("a");
        assertThat(paths.query(listed.types().get(a), listed.publishers().get(a)))
                .contains("user=cam&targets=es,fr:anna");
        assertThat(paths.query("rtmpConn", "gone")).isEmpty();
        asked.clear();
        assertThat(paths.query("hlsSource", "731a24de-1dd7")).isEmpty();
        assertThat(paths.query("rtmpConn", "../../config/global/get")).isEmpty();
        assertThat(asked)
                .as("nothing that the server's answer makes up is asked for")
                .isEmpty();
    }

    private static String item(String name, String ready, String id) {
        return String.format("{\"name\":\"%s\",%s,\"source\":{\"type\":\"rtmpConn\",\"id\":\"%s\"}}", name, ready, id);
    }

    private void page(int pageCount, int itemCount, String... items) {
        pages.add(String.format(
                "{\"pageCount\":%d,\"itemCount\":%d,\"items\":[%s]}", pageCount, itemCount, String.join(",", items)));
    }

    @Test
    void allPagesAreReadAndOurSourcesTaken() throws Exception {
        page(
                2,
                5,
                item("live/a/in", "\"ready\":true", "1"),
                item("live/a/out", "\"ready\":true", "2"),
                item("live/b/in", "\"ready\":false", ""));
        page(2, 5, item("live/c/in", "\"available\":true", "3"), item("other/d/in", "\"ready\":true", "4"));

        ReadyPaths.Listed listed = list();

        assertThat(listed.publishers())
                .containsOnly(Map.entry(new StreamId("a"), "1"), Map.entry(new StreamId("c"), "3"));
        assertThat(listed.complete()).isTrue();
        assertThat(asked).hasSize(2).allMatch(call -> call.endsWith("Basic dTpw"));
    }

    @Test
    void aPathThatWasMissedBetweenTwoPagesMakesTheListPartial() throws Exception {
        page(2, 3, item("live/a/in", "\"ready\":true", "1"), item("live/b/in", "\"ready\":true", "1"));
        page(2, 3, item("live/b/in", "\"ready\":true", "1"));
        assertThat(list().complete()).isFalse();
    }

    @Test
    void aListWithoutEndIsPartial() throws Exception {
        page(1_000_000, 1_000_000, item("live/a/in", "\"ready\":true", "1"));
        ReadyPaths.Listed listed = list();
        assertThat(listed.complete()).isFalse();
        assertThat(listed.publishers()).containsOnlyKeys(new StreamId("a"));
        assertThat(asked).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void namesAndIdsThatNoServerGivesAreNotTaken() throws Exception {
        page(
                1,
                3,
                item("live/" + "x".repeat(300) + "/in", "\"ready\":true", "1"),
                item("live/../in", "\"ready\":true", "1"),
                item("live/a/in", "\"ready\":true", "1".repeat(300)));
        assertThat(list().publishers()).isEmpty();
    }

    @Test
    void whatIsNoListIsAFailure() {
        pages.add("{\"items\":7}");
        assertThatThrownBy(this::list).isInstanceOf(IOException.class).hasMessageContaining("something else");
        pages.set(0, "[".repeat(100_000));
        assertThatThrownBy(this::list).isInstanceOf(IOException.class);
        status = 401;
        assertThatThrownBy(this::list).isInstanceOf(IOException.class).hasMessageContaining("401");
    }

    @Test
    void halfAnAnswerIsNotWaitedFor() {
        page(1, 1, item("live/a/in", "\"ready\":true", "1"));
        missing = 10;
        patience = Duration.ofSeconds(1);
        assertThatThrownBy(this::list).isInstanceOf(IOException.class).hasMessageContaining("no complete answer");
    }
}
