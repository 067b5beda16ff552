package io.livedub.blackbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The hook command as MediaMTX runs it, with each of the tools it can be given. */
class HookScriptIT {
    private static final Path SCRIPT =
            Path.of("deploy/mediamtx/stream-worker-hook.sh").toAbsolutePath();
    private static final String QUERY = "user=\"q\"&pass=a\\b%20c&t=\t\u0001é\nnext $(id) `id` 'x' {} <&>";

    @TempDir
    Path folder;

    private record Request(String path, String authorization, String body) {}

    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    /** A machine that has these programs and no others. */
    enum Tools {
        DASH_AND_CURL,
        DASH_AND_WGET,
        BUSYBOX
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(new Request(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.remove(0), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int run(Tools tools, String event, Map<String, String> variables) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String name :
                List.of("awk", "sed", "cat", "sleep", "timeout", tools == Tools.DASH_AND_CURL ? "curl" : "wget")) {
            // Wrappers and no links: BusyBox goes by the name it is called with, and the folder is deleted at the end.
            String real = tools == Tools.BUSYBOX
                    ? program("busybox") + " " + name
                    : program(name).toString();
            Path wrapper = Files.writeString(bin.resolve(name), "#!/bin/sh\nexec " + real + " \"$@\"\n");
            assertThat(wrapper.toFile().setExecutable(true)).isTrue();
        }
        List<String> command = tools == Tools.BUSYBOX
                ? List.of(program("busybox").toString(), "sh", SCRIPT.toString(), event)
                : List.of(program("dash").toString(), SCRIPT.toString(), event);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("STREAM_WORKER_RETRY_S", "10");
        builder.environment()
                .put(
                        "STREAM_WORKER_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort());
        builder.environment().putAll(variables);
        return builder.start().waitFor();
    }

    private static Path program(String name) {
        Optional<Path> found = Stream.of("/usr/bin", "/bin", "/usr/local/bin")
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), name + " is not here");
        return found.get();
    }

    private static Map<String, String> publisher() {
        Map<String, String> variables = new HashMap<>();
        variables.put("MTX_PATH", "live/x/in");
        variables.put("MTX_SOURCE_TYPE", "rtmpConn");
        variables.put("MTX_SOURCE_ID", "abc");
        variables.put("MTX_QUERY", QUERY);
        return variables;
    }

    @ParameterizedTest
    @EnumSource
    void whateverAQueryHoldsArrivesAsItWas(Tools tools) throws Exception {
        // given
        Map<String, String> variables = publisher();
        variables.put("STREAM_WORKER_SECRET", "top\"secret\\");
        // when
        int exit = run(tools, "ready", variables);
        // then
        assertThat(exit).as(Files.readString(folder.resolve("out"))).isZero();
        assertThat(requests).hasSize(1);
        JsonNode body = new ObjectMapper().readTree(requests.get(0).body());
        assertThat(requests.get(0).path()).isEqualTo("/v1/mediamtx/events/ready");
        assertThat(requests.get(0).authorization()).isEqualTo("Bearer top\"secret\\");
        assertThat(body.get("path").asText()).isEqualTo("live/x/in");
        assertThat(body.get("sourceType").asText()).isEqualTo("rtmpConn");
        assertThat(body.get("sourceId").asText()).isEqualTo("abc");
        assertThat(body.get("query").asText()).isEqualTo(QUERY);
    }

    @ParameterizedTest
    @EnumSource
    void whatMayPassIsTriedAgain(Tools tools) throws Exception {
        // given
        answers.addAll(List.of(503, 429));
        // when
        int exit = run(tools, "not-ready", publisher());
        // then
        assertThat(exit).as(Files.readString(folder.resolve("out"))).isZero();
        assertThat(requests).hasSize(3);
        assertThat(requests).extracting(Request::path).containsOnly("/v1/mediamtx/events/not-ready");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRefusedIsNot(Tools tools) throws Exception {
        // given
        answers.add(401);
        // when
        int exit = run(tools, "ready", publisher());
        // then
        assertThat(exit).isEqualTo(1);
        assertThat(requests).hasSize(1);
        assertThat(Files.readString(folder.resolve("out"))).contains("401").doesNotContain("pass");
    }

    @ParameterizedTest
    @EnumSource
    void aWorkerThatIsAwayIsWaitedForAndThenGivenUp(Tools tools) throws Exception {
        // given
        server.stop(0);
        Map<String, String> variables = publisher();
        variables.put("STREAM_WORKER_RETRY_S", "3");
        // when
        int exit = run(tools, "ready", variables);
        // then
        assertThat(exit).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("out"))).contains("in 3 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2m", "-1", "3.5", "99999999999999999999"})
    void aTimeThatIsNoNumberIsSaidAndDoesNotLastForEver(String time) throws Exception {
        // given
        Map<String, String> variables = publisher();
        variables.put("STREAM_WORKER_RETRY_S", time);
        // when
        int exit = run(Tools.DASH_AND_CURL, "ready", variables);
        // then
        assertThat(exit).isZero();
        assertThat(Files.readString(folder.resolve("out")))
                .contains("no number of seconds: " + time + "; 120 is taken");
    }
}
