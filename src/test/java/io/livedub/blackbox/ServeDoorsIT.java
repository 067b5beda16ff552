package io.livedub.blackbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.ServeProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** Hooks, API and pages of the packaged worker, without a media server. */
class ServeDoorsIT {
    private static final String SECRET = "s3cret\"with\"\\in-it";
    private static final int STREAMS = 40;

    @TempDir
    static Path folder;

    private static ServeProcess serve;

    @BeforeAll
    static void start() {
        serve = ServeProcess.start(
                folder, Map.of("WORKER_HOOK_SECRET", SECRET, "WORKER_MAX_STREAMS", Integer.toString(STREAMS)));
    }

    @AfterAll
    static void stop() {
        serve.close();
    }

    @Test
    void aReadySourceStartsAWorkerAndAgainItIsTheSameAnswer() {
        // when
        HttpResponse<String> first = serve.hook("ready", "same", "1");
        HttpResponse<String> again = serve.hook("ready", "same", "1");
        // then
        assertThat(first.statusCode()).isEqualTo(200);
        JsonNode body = ServeProcess.json(first);
        assertThat(body.get("status").asText()).isEqualTo("worker_started");
        assertThat(body.get("stream_id").asText()).isEqualTo("same");
        assertThat(body.get("message").asText()).isNotBlank();
        assertThat(body.get("correlation_id").asText()).isNotBlank();
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void itsOwnOutputIsSkipped() {
        for (String event : List.of("ready", "not-ready")) {
            HttpResponse<String> answer = serve.hook(event, ServeProcess.body("live/skip/out", "1"));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(ServeProcess.json(answer).get("status").asText()).isEqualTo("skipped");
            assertThat(ServeProcess.json(answer).get("direction").asText()).isEqualTo("out");
        }
        assertThat(serve.state("skip")).isEqualTo("none");
    }

    @Test
    void notReadyIsAnsweredWhetherTheStreamIsKnownOrNot() {
        HttpResponse<String> answer = serve.hook("not-ready", "nobody", "1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ServeProcess.json(answer).get("status").asText()).isEqualTo("worker_stopped");
    }

    @Test
    void wrongBodiesAreSaidToBeWrong() {
        assertThat(serve.hook("ready", "{").statusCode()).isEqualTo(400);
        assertThat(serve.hook("ready", "").statusCode()).isEqualTo(400);
        HttpResponse<String> missing = serve.hook("ready", "{\"path\":\"live/x/in\",\"sourceType\":3}");
        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(ServeProcess.json(missing).get("errors").findValuesAsText("field"))
                .containsExactly("sourceType", "sourceId");
        assertThat(serve.hook("ready", ServeProcess.body("live/../x/in", "1")).statusCode())
                .isEqualTo(422);
        String big = "{\"path\":\"live/big/in\",\"x\":\"" + "x".repeat(65_536) + "\"}";
        assertThat(serve.hook("ready", big).statusCode()).isEqualTo(413);
        HttpRequest.Builder chunked = serve.request("/v1/mediamtx/events/ready")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(big.getBytes(StandardCharsets.UTF_8))));
        assertThat(serve.send(chunked).statusCode()).isEqualTo(413);
    }

    @Test
    void withoutTheSecretNothingIsAnsweredButThePage() {
        HttpResponse<String> hook = serve.send(serve.request("/v1/mediamtx/events/ready")
                .setHeader("Authorization", "Basic " + SECRET.replace("\"", ""))
                .POST(HttpRequest.BodyPublishers.ofString(ServeProcess.body("live/refused/in", "1"))));
        assertThat(hook.statusCode()).isEqualTo(401);
        assertThat(serve.state("refused")).isEqualTo("none");
        HttpResponse<String> page = serve.send(serve.request("/").setHeader("Authorization", ""));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe"));
    }

    @Test
    void hooksAtOneMomentMakeOneWorkerForEachStream() throws Exception {
        // given
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<java.util.concurrent.Callable<HttpResponse<String>>> hooks = new java.util.ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = "moment" + i % 10;
            hooks.add(() -> serve.hook("ready", id, "1"));
        }
        // when
        Set<String> correlations = new HashSet<>();
        for (Future<HttpResponse<String>> hook : threads.invokeAll(hooks)) {
            assertThat(hook.get().statusCode()).isEqualTo(200);
            correlations.add(ServeProcess.json(hook.get()).get("correlation_id").asText());
        }
        threads.shutdown();
        // then
        assertThat(correlations).hasSize(10);
        for (int i = 0; i < 10; i++) {
            assertThat(serve.stop("moment" + i).statusCode()).isEqualTo(202);
            serve.awaitState("moment" + i, "none", Duration.ofSeconds(30));
        }
    }

    @Test
    void anAnswerTakesNoLongerThanTheContractAllows() {
        // given
        serve.hook("ready", "quick", "1");
        long[] tookMs = new long[40];
        // when
        for (int i = 0; i < tookMs.length; i++) {
            long startNs = System.nanoTime();
            serve.hook(i % 2 == 0 ? "not-ready" : "ready", "quick", "1");
            tookMs[i] = (System.nanoTime() - startNs) / 1_000_000;
        }
        // then
        java.util.Arrays.sort(tookMs);
        assertThat(tookMs[tookMs.length / 2])
                .as("median of %s", java.util.Arrays.toString(tookMs))
                .isLessThan(50);
    }

    @Test
    void theApiStartsShowsAndStops() {
        // when
        assertThat(serve.start("wish").statusCode()).isEqualTo(201);
        assertThat(serve.start("wish").statusCode()).isEqualTo(200);
        // then
        JsonNode stream = ServeProcess.json(serve.get("/v1/streams/wish"));
        assertThat(stream.get("stream_id").asText()).isEqualTo("wish");
        assertThat(stream.get("state").asText()).isIn("connecting", "failed");
        assertThat(serve.get("/v1/streams/wish/captions.vtt").body()).isEqualTo("WEBVTT\n\n");
        assertThat(serve.stop("wish").statusCode()).isEqualTo(202);
        serve.awaitState("wish", "none", Duration.ofSeconds(30));
        assertThat(serve.stop("wish").statusCode()).isEqualTo(404);
        assertThat(serve.get("/v1/streams/wish/captions.vtt").statusCode()).isEqualTo(404);
        assertThat(serve.get("/v1/streams/no%20id").statusCode()).isEqualTo(422);
        assertThat(serve.start("x".repeat(65)).statusCode()).isEqualTo(422);
    }

    @Test
    void theApiDescribesItself() {
        assertThat(serve.get("/q/openapi").body())
                .contains("/v1/streams/{id}/captions.vtt", "/v1/mediamtx/events/not-ready", "bearer");
        HttpResponse<String> page = serve.get("/q/swagger-ui/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).doesNotContain("https://", "http://");
    }

    @Test
    void noSecretIsInALogOrAnAnswer() {
        // when
        serve.hook(
                "ready",
                "{\"path\":\"live/quiet/in\",\"sourceType\":\"t\",\"sourceId\":\"1\",\"query\":\"user=me&pass=hunter2&t0ken\"}");
        serve.worker().awaitLog("publisher is ready", line -> line.text().contains("quiet"), Duration.ofSeconds(10));
        // then
        assertThat(serve.worker().said()).doesNotContain("hunter2", "t0ken", "s3cret");
        assertThat(serve.get("/v1/streams").body()).doesNotContain("hunter2", "s3cret");
    }

    @Test
    void fullItSaysWhenToAskAgainAndDrainingItTakesNothing(@TempDir Path segments) throws Exception {
        try (ServeProcess small = ServeProcess.start(segments, Map.of("WORKER_MAX_STREAMS", "1"))) {
            // given
            assertThat(small.worker().get("/health/ready").statusCode()).isEqualTo(200);
            small.hook("ready", "one", "1");
            // when
            HttpResponse<String> full = small.hook("ready", "two", "1");
            // then
            assertThat(full.statusCode()).isEqualTo(429);
            assertThat(full.headers().firstValue("Retry-After")).isPresent();
            assertThat(small.worker().get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(small.worker().get("/health/live").statusCode()).isEqualTo(200);
            assertThat(small.worker().get("/health/started").statusCode()).isEqualTo(200);
            // when
            small.worker().signal("TERM");
            // then
            assertThat(small.worker().awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
        }
    }

    @Test
    void streamsThatAreReadyAlreadyAreFoundOnAllPages(@TempDir Path segments) throws IOException {
        // given
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/v3/paths/list", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            String items = query.contains("page=0")
                    ? "{\"name\":\"live/p0/in\",\"ready\":true,\"source\":{\"type\":\"rtmpConn\",\"id\":\"a\"}},"
                            + "{\"name\":\"live/not/in\",\"ready\":false,\"source\":null}"
                    : "{\"name\":\"live/p1/in\",\"available\":true,\"source\":null},{\"name\":\"live/p0/out\",\"ready\":true}";
            byte[] answer =
                    ("{\"itemCount\":4,\"pageCount\":2,\"items\":[" + items + "]}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
        // when
        try (ServeProcess found = ServeProcess.start(
                segments,
                Map.of(
                        "MEDIAMTX_API_URL",
                        "http://127.0.0.1:" + api.getAddress().getPort()))) {
            found.worker().awaitLog("2 ready streams", Duration.ofSeconds(20));
            // then
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> found.streams().findValuesAsText("stream_id").equals(List.of("p0", "p1")));
        } finally {
            api.stop(0);
        }
    }
}
