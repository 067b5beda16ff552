package io.livedub.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.bounded.BoundedJson;
import io.livedub.bounded.HttpCalls;
import io.livedub.work.Backoff;

/** The calls to the API server. The asynchronous ones fail with an {@link IOException}: an {@link ApiRefusal} when it answered. */
final class ApiServer {
    /** An API server takes at most a minute for a call and milliseconds as a rule; who hears nothing for so long asks again. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The server ends a watch after this long, and a new one begins: a connection that died in silence is noticed so soon. */
    static final Duration WATCH = Duration.ofSeconds(60);

    private static final int PAGE = 200;
    private static final int LONGEST_REFUSAL_BYTES = 16 << 10;
    /** The API server itself stores no object of more than 1.5 MiB. */
    private static final int LONGEST_OBJECT_BYTES = 4 << 20;
    /** A Job takes some 10 KiB. */
    private static final int LONGEST_LIST_BYTES = 32 << 20;

    private final ClusterAccess access;
    private final HttpClient http;
    private final HttpCalls calls;
    private final HttpCalls lists;
    private final String jobs;

    /** A call that failed is repeated after 1, 2, 4 … 30 s. */
    static Backoff backoff() {
        return Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    ApiServer(ClusterAccess access, Executor threads) {
        this.access = access;
        jobs = "/apis/batch/v1/namespaces/" + access.namespace() + "/jobs";
        http = client(access, threads).connectTimeout(PATIENCE).build();
        calls = new HttpCalls(client(access, threads), PATIENCE.multipliedBy(2), LONGEST_OBJECT_BYTES);
        lists = new HttpCalls(client(access, threads), PATIENCE.multipliedBy(2), LONGEST_LIST_BYTES);
    }

    private static HttpClient.Builder client(ClusterAccess access, Executor threads) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // One connection for all calls would share one fate with the watch.
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads);
        return access.server().getScheme().equals("https") ? builder.sslContext(access.trust()) : builder;
    }

    CompletableFuture<JsonNode> createJob(ObjectNode job) {
        return call(jobs, request -> request.POST(BodyPublishers.ofString(job.toString())));
    }

    CompletableFuture<JsonNode> job(String name) {
        return call(jobs + "/" + name, HttpRequest.Builder::GET);
    }

    /**
     * Deletes this Job and no other of its name.
     *
     * @param awaitPods the Job is there until its pods have ended, draining included; otherwise it is gone at once
     */
    CompletableFuture<JsonNode> deleteJob(String name, String uid, boolean awaitPods) {
        ObjectNode options = BoundedJson.MAPPER
                .createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .put("propagationPolicy", awaitPods ? "Foreground" : "Background");
        options.putObject("preconditions").put("uid", uid);
        return call(
                jobs + "/" + name, request -> request.method("DELETE", BodyPublishers.ofString(options.toString())));
    }

    /** What every account may ask for. */
    CompletableFuture<JsonNode> version() {
        return call("/version", HttpRequest.Builder::GET);
    }

    CompletableFuture<JsonNode> deployment(String name) {
        return call(
                "/apis/apps/v1/namespaces/" + access.namespace() + "/deployments/" + name, HttpRequest.Builder::GET);
    }

    /**
     * A page of the list of Jobs. Blocking.
     *
     * @param next {@code metadata.continue} of the page before; empty for the first
     */
    JsonNode listJobs(String selector, String next) throws IOException, InterruptedException {
        String query = String.format(
                Locale.ROOT,
                "?labelSelector=%s&limit=%d%s",
                encoded(selector),
                PAGE,
                next.isEmpty() ? "" : "&continue=" + encoded(next));
        return answer(lists.await(request(jobs + query).GET()));
    }

    /** Changes of Jobs from a version on, a JSON object a line, until the server ends it. Blocking, and so is what is returned. */
    InputStream watchJobs(String selector, String version) throws IOException, InterruptedException {
        String query = String.format(
                Locale.ROOT,
                "?watch=true&allowWatchBookmarks=true&timeoutSeconds=%d&labelSelector=%s&resourceVersion=%s",
                WATCH.toSeconds(),
                encoded(selector),
                encoded(version));
        HttpResponse<InputStream> response =
                http.send(request(jobs + query).timeout(PATIENCE).GET().build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            // In its words only when they are all there: a refusal that stops halfway is not waited for.
            response.body().close();
            throw new ApiRefusal(response.statusCode(), "Jobs may not be watched");
        }
        return response.body();
    }

    private interface Method {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    private CompletableFuture<JsonNode> call(String path, Method method) {
        try {
            return calls.ask(method.of(request(path))).thenApply(response -> {
                try {
                    return answer(response);
                } catch (IOException failure) {
                    throw new CompletionException(failure);
                }
            });
        } catch (IOException noToken) {
            return CompletableFuture.failedFuture(noToken);
        }
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(access.server() + path))
                .header("Authorization", "Bearer " + access.token())
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .header("User-Agent", "stream-worker");
    }

    private static JsonNode answer(HttpCalls.HttpAnswer answer) throws IOException {
        if (answer.status() / 100 != 2) {
            int length = Math.min(answer.body().length, LONGEST_REFUSAL_BYTES);
            throw new ApiRefusal(
                    answer.status(), message(new String(answer.body(), 0, length, StandardCharsets.UTF_8)));
        }
        JsonNode json = BoundedJson.MAPPER.readTree(answer.body());
        if (json == null || !json.isObject()) {
            throw new IOException("the Kubernetes API server answers with something else than an object");
        }
        return json;
    }

    /** The message of a Status object, or the beginning of another text: a proxy before the server answers in its own words. */
    private static String message(String body) {
        String message = "";
        try {
            message = BoundedJson.MAPPER.readTree(body).path("message").asText();
        } catch (JsonProcessingException noStatus) {
            message = body;
        }
        message = message.isBlank()
                ? "without a reason"
                : message.replaceAll("\\s+", " ").strip();
        return message.substring(0, Math.min(message.length(), 500));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
