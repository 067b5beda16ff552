package io.livedub.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;

/**
 * A headless Chromium with one page, by its DevTools protocol. WebDriver was rejected: it tells neither the requests nor the policy
 * violations of a page, and the protocol needs nothing but the JDK's WebSocket.
 */
public final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Map<String, Integer> KEYS = Map.of("Tab", 9, "Enter", 13, "Escape", 27, " ", 32);

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());

    private Chromium(Path profile, Process process, URI page) {
        this.profile = profile;
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new Receiver())
                .join();
        for (String domain : List.of("Page", "Runtime", "Network", "Log", "Audits")) {
            call(domain + ".enable", Map.of());
        }
    }

    /** Whether this machine has one. */
    public static boolean isPresent() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "chromium")));
    }

    /** @param further arguments of the program */
    public static Chromium start(String... further) {
        try {
            Path profile = Files.createTempDirectory("chromium");
            List<String> command = new ArrayList<>(List.of(
                    "chromium",
                    "--headless",
                    // Tests run as root in a container, where the sandbox cannot.
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--user-data-dir=" + profile,
                    "--remote-debugging-port=0"));
            command.addAll(List.of(further));
            command.add("about:blank");
            Process process = Shell.start(profile.resolve("chromium.log"), command.toArray(String[]::new));
            Path port = profile.resolve("DevToolsActivePort");
            Awaitility.await("chromium listens")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !process.isAlive() || Files.exists(port) && Files.size(port) > 0);
            if (!process.isAlive()) {
                throw new AssertionError("chromium has ended: " + Files.readString(profile.resolve("chromium.log")));
            }
            return new Chromium(profile, process, page(Files.readAllLines(port).get(0)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static URI page(String port) throws IOException {
        try {
            String list = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            for (JsonNode target : JSON.readTree(list)) {
                if (target.get("type").asText().equals("page")) {
                    return URI.create(target.get("webSocketDebuggerUrl").asText());
                }
            }
            throw new AssertionError("no page: " + list);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                received(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void received(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            if (message.has("id")) {
                answers.remove(message.get("id").asInt()).complete(message);
            } else {
                events.add(message);
            }
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(
                        JSON.valueToTree(Map.of("id", id, "method", method, "params", parameters))
                                .toString(),
                        true)
                .join();
        try {
            JsonNode message = answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (message.has("error")) {
                throw new AssertionError(method + ": " + message.get("error"));
            }
            return message.get("result");
        } catch (TimeoutException | ExecutionException failure) {
            throw new AssertionError(method + " was not answered", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    public void open(String url) {
        call("Page.navigate", Map.of("url", url));
        Awaitility.await(url)
                .atMost(LIMIT)
                .until(() -> eval("document.readyState").asText().equals("complete"));
    }

    /** The value of an expression, a promise's when it is one. */
    public JsonNode eval(String expression) {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    public void await(String what, String expression) {
        try {
            Awaitility.await(what)
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> eval("Boolean(" + expression + ")").asBoolean());
        } catch (org.awaitility.core.ConditionTimeoutException timeout) {
            throw new AssertionError(
                    timeout.getMessage() + "\n"
                            + eval("document.body.innerText").asText(),
                    timeout);
        }
    }

    /** @param key a name such as Tab or Enter */
    public void press(String key) {
        Map<String, Object> event = Map.of(
                "type",
                "keyDown",
                "key",
                key,
                "code",
                key,
                "windowsVirtualKeyCode",
                KEYS.get(key),
                "text",
                key.equals("Enter") ? "\r" : "");
        call("Input.dispatchKeyEvent", event);
        call(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", KEYS.get(key)));
    }

    /** Into whatever has the focus. */
    public void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** Presses Tab until the focus is on what the expression of {@code e} says. */
    public void tabTo(String what, String expression) {
        for (int i = 0; i < 200; i++) {
            if (eval("((e) => Boolean(" + expression + "))(document.activeElement)")
                    .asBoolean()) {
                return;
            }
            press("Tab");
        }
        throw new AssertionError("the keyboard does not reach " + what);
    }

    public void size(int width, int height, boolean phone) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        call("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    }

    /** The whole page, however long it is. */
    public void picture(Path file) {
        String png = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
                .get("data")
                .asText();
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(png));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What axe-core finds wrong for people who do not see or point, one line each. */
    public List<String> barriers() {
        try (InputStream axe = Chromium.class.getResourceAsStream("/axe.min.js")) {
            eval(new String(axe.readAllBytes(), StandardCharsets.UTF_8) + "; true");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        JsonNode found =
                eval("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': '"
                        + " + v.help + ' ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join(' | ')))");
        return Stream.iterate(0, i -> i < found.size(), i -> i + 1)
                .map(i -> found.get(i).asText())
                .toList();
    }

    /** Parameters of the events of that name so far. */
    public List<JsonNode> events(String name) {
        synchronized (events) {
            return events.stream()
                    .filter(event -> event.get("method").asText().equals(name))
                    .map(event -> event.get("params"))
                    .toList();
        }
    }

    /** A complaint that was to be expected. What was asked for stays known. */
    public void forgetComplaints() {
        events.removeIf(event -> !event.get("method").asText().startsWith("Network."));
    }

    /** Every address that the page asked for. */
    public List<String> requests() {
        return events("Network.requestWillBeSent").stream()
                .map(event -> event.get("request").get("url").asText())
                .toList();
    }

    /** Errors and warnings of scripts, loads and policies. */
    public List<String> complaints() {
        Stream<String> console = events("Runtime.consoleAPICalled").stream()
                .filter(event -> List.of("error", "warning", "assert")
                        .contains(event.get("type").asText()))
                .map(JsonNode::toString);
        Stream<String> thrown = events("Runtime.exceptionThrown").stream().map(JsonNode::toString);
        Stream<String> logged = events("Log.entryAdded").stream()
                .map(event -> event.get("entry"))
                .filter(entry ->
                        List.of("error", "warning").contains(entry.get("level").asText()))
                .map(JsonNode::toString);
        Stream<String> policy = events("Audits.issueAdded").stream()
                .filter(event -> event.toString().contains("ContentSecurityPolicy"))
                .map(JsonNode::toString);
        return Stream.of(console, thrown, logged, policy)
                .flatMap(lines -> lines)
                .toList();
    }

    @Override
    public void close() {
        socket.abort();
        // Its helpers go with it.
        List<ProcessHandle> helpers = process.descendants().toList();
        Shell.stop(process);
        helpers.forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException stillWriting) {
            // A folder under the system's temporary one; the test is over.
            return;
        }
    }
}
