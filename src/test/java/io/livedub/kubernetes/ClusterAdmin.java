package io.livedub.kubernetes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.config.WorkerConfig;

/** What a real cluster's controllers and its administrator do, since the API server of {@code ./dev kube-check} has neither. */
final class ClusterAdmin {
    private static final JsonMapper JSON = new JsonMapper();

    private final WorkerConfig.Kubernetes config;
    private final String token;
    private final ClusterAccess access;
    private final HttpClient http;

    /** An answer, and its status. */
    record Reply(int status, JsonNode body) {}

    private ClusterAdmin(WorkerConfig.Kubernetes config, String token) {
        this.config = config;
        this.token = token;
        access = ClusterAccess.of(config);
        http = HttpClient.newBuilder().sslContext(access.trust()).build();
    }

    /** @return empty where {@code ./dev kube-check} has not started one */
    static Optional<ClusterAdmin> ofEnvironment() {
        return Optional.ofNullable(System.getenv("KUBE_CHECK_PORT"))
                .map(port -> new ClusterAdmin(
                        new WorkerConfig.Kubernetes(
                                Optional.of("127.0.0.1"),
                                Integer.parseInt(port),
                                Path.of(System.getenv("KUBE_CHECK_ACCOUNT")),
                                Optional.of("stream-worker:native"),
                                Optional.empty(),
                                Optional.of("stream-worker"),
                                WorkerConfig.Parent.NONE),
                        System.getenv("KUBE_CHECK_ADMIN")));
    }

    /** Of the worker: the account of the overlay. */
    WorkerConfig.Kubernetes config() {
        return config;
    }

    String inNamespace(String group, String resource) {
        return "/%s/namespaces/%s/%s".formatted(group, access.namespace(), resource);
    }

    String job(String name) {
        return inNamespace("apis/batch/v1", "jobs/" + name);
    }

    Reply asAdmin(String method, String path, JsonNode body) {
        return call(token, method, path, body);
    }

    Reply asWorker(String method, String path, JsonNode body) {
        try {
            return call(access.token(), method, path, body);
        } catch (IOException noToken) {
            throw new AssertionError(noToken);
        }
    }

    Optional<JsonNode> find(String name) {
        Reply reply = asAdmin("GET", job(name), null);
        return reply.status() == 200 ? Optional.of(reply.body()) : Optional.empty();
    }

    /** The Job controller's word. Kubernetes wants the whole story: when it started, what ended it, that nothing of it is left. */
    Reply podIsUp(String name) {
        return status(name, "{\"startTime\":\"%s\",\"active\":1,\"ready\":1}".formatted(now()));
    }

    Reply completes(String name) {
        return status(
                name,
                "{\"startTime\":\"%s\",\"completionTime\":\"%s\",\"active\":0,\"ready\":0,\"succeeded\":1,\"conditions\":[%s,%s]}"
                        .formatted(
                                startTime(name),
                                now(),
                                condition("SuccessCriteriaMet", "CompletionsReached", ""),
                                condition("Complete", "CompletionsReached", "")));
    }

    Reply fails(String name, int exitCode) {
        String message =
                "Container worker for pod stream-worker/%s-x failed with exit code %d matching FailJob rule at index 1"
                        .formatted(name, exitCode);
        return status(
                name,
                "{\"startTime\":\"%s\",\"active\":0,\"ready\":0,\"failed\":1,\"conditions\":[%s,%s]}"
                        .formatted(
                                startTime(name),
                                condition("FailureTarget", "PodFailurePolicy", message),
                                condition("Failed", "PodFailurePolicy", message)));
    }

    /** What the garbage collector does when the pods of a Job that is deleted in the foreground have ended. */
    Reply podsHaveEnded(String name) {
        return patch(job(name), "{\"metadata\":{\"finalizers\":null}}");
    }

    void delete(String name) {
        asAdmin("DELETE", job(name), JSON.createObjectNode().put("propagationPolicy", "Background"));
    }

    private Reply status(String name, String status) {
        return patch(job(name) + "/status", "{\"status\":" + status + "}");
    }

    private Reply patch(String path, String body) {
        try {
            return asAdmin("PATCH", path, JSON.readTree(body));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String condition(String type, String reason, String message) {
        ObjectNode condition = JSON.createObjectNode()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", now());
        return condition.toString();
    }

    /** Kubernetes refuses another one once a Job has one: it is a second later, on a busy machine, that the same Job ends. */
    private String startTime(String name) {
        return find(name)
                .map(job -> job.path("status").path("startTime").asText(""))
                .filter(time -> !time.isEmpty())
                .orElseGet(ClusterAdmin::now);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private Reply call(String bearer, String method, String path, JsonNode body) {
        try {
            HttpResponse<byte[]> response = http.send(
                    HttpRequest.newBuilder(URI.create(access.server() + path))
                            .header("Authorization", "Bearer " + bearer)
                            .header(
                                    "Content-Type",
                                    method.equals("PATCH") ? "application/merge-patch+json" : "application/json")
                            .method(
                                    method,
                                    body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
