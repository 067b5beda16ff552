package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;

/** The packaged {@code serve} in a process of its own, and its doors. */
public final class ServeProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final WorkerProcess worker;
    private final int port;
    private final Optional<String> secret;

    private ServeProcess(WorkerProcess worker, int port, Optional<String> secret) {
        this.worker = worker;
        this.port = port;
        this.secret = secret;
    }

    /** In passthrough and on loopback, unless the variables say otherwise; it answers when this returns. */
    public static ServeProcess start(Path segments, Map<String, String> variables) {
        int port = Ports.free();
        Map<String, String> environment = new LinkedHashMap<>(Map.of(
                "WORKER_HTTP_HOST", "127.0.0.1",
                "WORKER_HTTP_PORT", Integer.toString(port),
                "WORKER_METRICS_PORT", Integer.toString(Ports.free()),
                "WORKER_SEGMENT_DIR", segments.toString(),
                "WORKER_STS_MODE", "passthrough",
                "MEDIAMTX_HOST", "127.0.0.1",
                "MEDIAMTX_RTMP_PORT", "1",
                "LOG_FORMAT", "json"));
        environment.putAll(variables);
        ServeProcess serve = new ServeProcess(
                WorkerProcess.start(environment, "serve"),
                port,
                Optional.ofNullable(variables.get("WORKER_HOOK_SECRET")));
        Awaitility.await("serve answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> Ports.accepts(port) || !serve.worker.isAlive());
        return serve;
    }

    public WorkerProcess worker() {
        return worker;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(10))
                // Asked for with each change.
                .header("Content-Type", "application/json");
        secret.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(worker.said(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public HttpResponse<String> get(String path) {
        return send(request(path));
    }

    /** @param event ready or not-ready */
    public HttpResponse<String> hook(String event, String body) {
        return send(request("/v1/mediamtx/events/" + event).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Of a publisher of {@code live/{id}/in}. */
    public HttpResponse<String> hook(String event, String streamId, String sourceId) {
        return hook(event, body("live/" + streamId + "/in", sourceId));
    }

    public static String body(String path, String sourceId) {
        return "{\"path\":\"%s\",\"sourceType\":\"rtmpConn\",\"sourceId\":\"%s\"}".formatted(path, sourceId);
    }

    public HttpResponse<String> start(String streamId) {
        return send(request("/v1/streams/" + streamId).PUT(HttpRequest.BodyPublishers.noBody()));
    }

    public HttpResponse<String> stop(String streamId) {
        return send(request("/v1/streams/" + streamId).DELETE());
    }

    public static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException notJson) {
            throw new UncheckedIOException(answer.body(), notJson);
        }
    }

    public JsonNode streams() {
        return json(get("/v1/streams")).get("streams");
    }

    /** Its state; {@code none} when there is no such stream. */
    public String state(String streamId) {
        HttpResponse<String> answer = get("/v1/streams/" + streamId);
        return answer.statusCode() == 404 ? "none" : json(answer).get("state").asText();
    }

    public void awaitState(String streamId, String state, Duration limit) {
        try {
            Awaitility.await(streamId + " is " + state)
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> state(streamId).equals(state));
        } catch (org.awaitility.core.ConditionTimeoutException timeout) {
            throw new AssertionError(timeout.getMessage() + "\n" + worker.said(), timeout);
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
