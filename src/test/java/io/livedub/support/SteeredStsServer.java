package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Any server with those HTTP doors, wherever it runs. */
public class SteeredStsServer implements StsServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI url;

    public SteeredStsServer(URI url) {
        this.url = url;
    }

    @Override
    public URI url() {
        return url;
    }

    @Override
    public JsonNode log() {
        return ask(HttpRequest.newBuilder(url.resolve("/log")).build());
    }

    @Override
    public void mode(Map<String, Object> mode) {
        post("/mode", mode);
    }

    @Override
    public void emit(String event, Map<String, Object> payload) {
        post("/emit", Map.of("event", event, "payload", payload));
    }

    @Override
    public void disconnect(String how) {
        post("/disconnect", Map.of("how", how));
    }

    @Override
    public void reset() {
        post("/reset", Map.of());
    }

    @Override
    public void close() {}

    private void post(String path, Map<String, Object> body) {
        try {
            ask(HttpRequest.newBuilder(url.resolve(path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode ask(HttpRequest request) {
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
