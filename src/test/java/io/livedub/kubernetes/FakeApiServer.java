package io.livedub.kubernetes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

/**
 * The Jobs of one namespace as an API server has them, for what fabric8's mock cannot: watches over plain HTTP, versions that are too old,
 * tokens, refusals, being away. Deletion in the foreground leaves a Job there until {@link #collect}, as the garbage collector would.
 */
final class FakeApiServer implements AutoCloseable {
    static final String NAMESPACE = "live";
    private static final String JOBS = "/apis/batch/v1/namespaces/live/jobs";
    private static final JsonMapper JSON = new JsonMapper();

    final List<String> calls = new CopyOnWriteArrayList<>();
    private final TestAuthority authority;
    private final int port;
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final List<String> events = new ArrayList<>();
    private final List<ObjectNode> refusals = new ArrayList<>();
    private String token = TestAuthority.TOKEN;
    private String minor = "33";
    private int oldest;
    private int watches;
    private boolean cutWatches;
    private boolean endsWatches;
    private HttpsServer server;
    private ExecutorService threads;

    FakeApiServer(TestAuthority authority) throws IOException {
        this.authority = authority;
        start(0);
        port = server.getAddress().getPort();
    }

    private void start(int at) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.server()));
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return port;
    }

    /** Gone, every connection too. */
    void goAway() {
        server.stop(0);
        threads.shutdownNow();
    }

    void comeBack() throws IOException {
        start(port);
    }

    synchronized void accepts(String newToken) {
        token = newToken;
    }

    /** Kubernetes 1.x. */
    synchronized void isVersion(String itsMinor) {
        minor = itsMinor;
    }

    /** The next creation is answered so. */
    synchronized void refuses(int code, String message) {
        refusals.add(
                JSON.createObjectNode().put("kind", "Status").put("code", code).put("message", message));
    }

    /** Every version up to now is too old to watch from; each watch ends with that error. */
    synchronized void forgetVersions() {
        oldest = events.size();
        cutWatches = true;
        notifyAll();
    }

    /** As a proxy does that keeps no connection open. */
    synchronized void endsWatchesAtOnce() {
        endsWatches = true;
        notifyAll();
    }

    synchronized int watches() {
        return watches;
    }

    synchronized List<JsonNode> all() {
        return List.copyOf(jobs.values());
    }

    synchronized JsonNode only() {
        if (jobs.size() != 1) {
            throw new AssertionError("Jobs: " + jobs.keySet());
        }
        return jobs.values().iterator().next();
    }

    synchronized void change(Consumer<ObjectNode> change) {
        ObjectNode job = (ObjectNode) only();
        change.accept(job);
        event("MODIFIED", job);
    }

    void finishes(String type, String reason, String message) {
        change(job -> job.withObjectProperty("status")
                .putArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message));
    }

    /** @param seen false: it happens while nobody hears of it */
    synchronized void vanish(boolean seen) {
        ObjectNode job = (ObjectNode) only();
        jobs.clear();
        if (seen) {
            event("DELETED", job);
        }
    }

    /** What was deleted in the foreground has drained. */
    synchronized void collect() {
        vanish(true);
    }

    synchronized void put(ObjectNode job) {
        ObjectNode about = job.withObjectProperty("metadata");
        about.put("uid", UUID.randomUUID().toString());
        jobs.put(about.path("name").asText(), job);
        event("ADDED", job);
    }

    private void event(String type, ObjectNode job) {
        job.withObjectProperty("metadata").put("resourceVersion", Integer.toString(events.size() + 1));
        events.add(JSON.createObjectNode()
                .put("type", type)
                .set("object", job.deepCopy())
                .toString());
        notifyAll();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            boolean watch = query.contains("watch=true");
            calls.add(exchange.getRequestMethod() + (watch ? " watch" : ""));
            if (!("Bearer " + token()).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, status(401, "Unauthorized"));
            } else if (watch) {
                watch(exchange, Integer.parseInt(query.replaceAll(".*resourceVersion=", "")));
            } else {
                answer(exchange, answer(exchange.getRequestMethod(), path, body));
            }
        }
    }

    private synchronized String token() {
        return token;
    }

    private synchronized ObjectNode answer(String method, String path, JsonNode body) {
        if (path.equals("/version")) {
            return JSON.createObjectNode().put("major", "1").put("minor", minor);
        }
        if (path.endsWith("/deployments/stream-worker")) {
            return JSON.createObjectNode()
                    .put("kind", "Deployment")
                    .set("metadata", JSON.createObjectNode().put("uid", "the-owner"));
        }
        String name = path.equals(JOBS)
                ? body.path("metadata").path("name").asText()
                : path.substring(path.lastIndexOf('/') + 1);
        ObjectNode job = jobs.get(name);
        if (method.equals("POST")) {
            if (!refusals.isEmpty()) {
                return refusals.remove(0);
            }
            if (job != null) {
                return status(409, "jobs.batch \"" + name + "\" already exists");
            }
            put((ObjectNode) body);
            return (ObjectNode) body;
        }
        if (path.equals(JOBS)) {
            ObjectNode list = JSON.createObjectNode().put("kind", "JobList");
            list.putObject("metadata").put("resourceVersion", Integer.toString(events.size()));
            list.putArray("items").addAll(jobs.values());
            return list;
        }
        if (job == null) {
            return status(404, "jobs.batch \"" + name + "\" not found");
        }
        return method.equals("DELETE") ? delete(name, job, body) : job;
    }

    private ObjectNode delete(String name, ObjectNode job, JsonNode options) {
        if (!options.path("preconditions")
                .path("uid")
                .equals(job.path("metadata").path("uid"))) {
            return status(409, "the UID in the precondition does not match");
        }
        if (options.path("propagationPolicy").asText().equals("Foreground")) {
            job.withObjectProperty("metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
            event("MODIFIED", job);
            return job;
        }
        jobs.remove(name);
        event("DELETED", job);
        return JSON.createObjectNode().put("kind", "Status").put("status", "Success");
    }

    private static ObjectNode status(int code, String message) {
        return JSON.createObjectNode().put("kind", "Status").put("code", code).put("message", message);
    }

    private static void answer(HttpExchange exchange, ObjectNode answer) throws IOException {
        byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.path("code").asInt(200), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void watch(HttpExchange exchange, int from) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        int sent = from;
        try {
            for (; ; ) {
                String line;
                synchronized (this) {
                    watches += sent == from ? 1 : 0;
                    while (sent >= oldest && sent == events.size() && !cutWatches && !endsWatches) {
                        wait();
                    }
                    if (endsWatches) {
                        return;
                    }
                    if (sent < oldest || cutWatches) {
                        cutWatches = false;
                        line = JSON.createObjectNode()
                                .put("type", "ERROR")
                                .set("object", status(410, "too old"))
                                .toString();
                        sent = -1;
                    } else {
                        line = events.get(sent++);
                    }
                }
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (sent < 0) {
                    return;
                }
            }
        } catch (InterruptedException away) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        goAway();
    }

    /** A Job as its own template makes it, with what an API server adds left out. */
    static ObjectNode read(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
