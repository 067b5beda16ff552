package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The packaged {@code echo-sts} in a process of its own (docs/echo-sts.md). */
public final class EchoProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final WorkerProcess process;
    private final String url;

    private EchoProcess(WorkerProcess process) {
        this.process = process;
        String said = process.awaitLog("listening on", Duration.ofSeconds(30)).message();
        url = said.substring(said.indexOf("http"));
    }

    public static EchoProcess start(String... options) {
        String[] arguments = Stream.concat(Stream.of("echo-sts", "--port", "0"), Stream.of(options))
                .toArray(String[]::new);
        return new EchoProcess(WorkerProcess.start(Map.of(), arguments));
    }

    public String url() {
        return url;
    }

    /** {@code GET /v1/state}. */
    public JsonNode state() {
        return ask(HttpRequest.newBuilder(URI.create(url + "/v1/state")).build());
    }

    /** {@code PUT /v1/simulation}. */
    public void simulate(String json) {
        ask(HttpRequest.newBuilder(URI.create(url + "/v1/simulation"))
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private static JsonNode ask(HttpRequest request) {
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.signal("TERM");
            process.awaitExit(Duration.ofSeconds(10));
        }
        process.close();
    }
}
