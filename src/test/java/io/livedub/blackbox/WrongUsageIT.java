package io.livedub.blackbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.support.WorkerProcess;

import static io.livedub.blackbox.Refusals.assertNoStackTrace;
import static io.livedub.blackbox.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/** Wrong usage and configuration: exit code 2 and one line, before anything is started. */
class WrongUsageIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** One of each kind of value; every variable and all that is wrong for it: WrongValuesTest, without a process for each. */
    static Stream<Arguments> wrongValues() {
        return Stream.of(
                        "MEDIAMTX_HOST=two words",
                        "MEDIAMTX_RTMP_PORT=65536",
                        "WORKER_STS_SERVICE_URL=http://localhost:3000/socket.io",
                        "WORKER_STS_API_KEY=of two\nlines",
                        "WORKER_STS_TIMEOUT_MS=8s",
                        "WORKER_STS_LOSS=stay",
                        "WORKER_SEGMENT_DURATION=long",
                        "WORKER_SEGMENT_MIN_FREE=much",
                        "WORKER_SOURCE_LANGUAGE=plain English",
                        "WORKER_HOOK_SECRET=of two\nlines",
                        "WORKER_RUN_ID=" + "r".repeat(129),
                        "LOG_FORMAT=xml")
                .map(pair -> Arguments.of((Object[]) pair.split("=", 2)));
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void aWrongValueIsNamedWithItsVariableAndWhatIsAllowed(String variable, String value) {
        // given
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("WORKER_STS_SERVICE_URL", "http://127.0.0.1:9");
        environment.put(variable, value);
        boolean secret = variable.endsWith("KEY") || variable.endsWith("SECRET");

        // when
        try (WorkerProcess worker = WorkerProcess.start(environment, "run", "--stream-id", "x")) {
            // then
            assertRefused(worker, 2, LIMIT, variable, "allowed is");
            assertThat(worker.output()).isEmpty();
            if (secret) {
                assertThat(worker.said()).doesNotContain(value, "of two");
            } else {
                assertThat(worker.errors().get(0)).contains("'" + value + "'");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "echo-sts", "serve"})
    void soDoesEveryOtherCommand(String command) {
        try (WorkerProcess worker = WorkerProcess.start(Map.of("LOG_LEVEL", "loud"), command)) {
            assertRefused(worker, 2, LIMIT, "LOG_LEVEL", "allowed is");
        }
    }

    @Test
    void withoutAServiceThereIsNoDubbing() {
        try (WorkerProcess worker = WorkerProcess.start(Map.of(), "run", "--stream-id", "x")) {
            assertRefused(worker, 2, LIMIT, "WORKER_STS_SERVICE_URL", "allowed is", "passthrough");
        }
    }

    @Test
    void aWrongStreamsFileIsNamedWithItsLineAndItsField(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("streams.yaml"), "streams:\n- match: news-*\n  mode: loud\n");
        Map<String, String> environment =
                Map.of("WORKER_STS_MODE", "passthrough", "WORKER_STREAMS_FILE", file.toString());
        try (WorkerProcess worker = WorkerProcess.start(environment, "serve")) {
            assertRefused(
                    worker,
                    2,
                    LIMIT,
                    "WORKER_STREAMS_FILE='" + file + "'",
                    "line 3: streams[0].mode='loud' is not valid: allowed is enabled or passthrough");
        }
    }

    @Test
    void jobsNeedACluster() {
        Map<String, String> noPod =
                Map.of("WORKER_STS_MODE", "passthrough", "WORKER_SPAWN", "kubernetes", "KUBERNETES_SERVICE_HOST", "");
        try (WorkerProcess worker = WorkerProcess.start(noPod, "serve")) {
            assertRefused(worker, 2, LIMIT, "WORKER_SPAWN='kubernetes'", "allowed is", "KUBERNETES_SERVICE_HOST");
        }
    }

    @ParameterizedTest
    @CsvSource({"--input-url", "--output-url"})
    void aUrlMustBeginWithRtmp(String option) {
        try (WorkerProcess worker =
                WorkerProcess.start(Map.of(), "run", "--stream-id", "x", option, "rtsp://localhost:8554/live/x/in")) {
            assertRefused(
                    worker,
                    2,
                    LIMIT,
                    "Invalid RTMP URL: must start with 'rtmp://' - got 'rtsp://localhost:8554/live/x/in'");
        }
        try (WorkerProcess worker = WorkerProcess.start(Map.of(), "run", "--stream-id", "x", option, "")) {
            assertRefused(worker, 2, LIMIT, "Invalid RTMP URL: cannot be empty");
        }
    }

    @ParameterizedTest
    @CsvSource({"a/b", "../x", "''", "two words"})
    void aStreamIdIsOne(String streamId) {
        try (WorkerProcess worker = WorkerProcess.start(Map.of(), "run", "--stream-id", streamId)) {
            assertRefused(worker, 2, LIMIT, "--stream-id", "[A-Za-z0-9_-]{1,64}");
        }
    }

    @ParameterizedTest
    @CsvSource({"run", "run --stream-id x --nonsense", "runn", "run --stream-id"})
    void whatIsNoCommandIsAnsweredWithOneThatIs(String arguments) {
        try (WorkerProcess worker = WorkerProcess.start(Map.of(), arguments.split(" "))) {
            assertThat(worker.awaitExit(LIMIT)).isEqualTo(2);
            assertThat(String.join("\n", worker.errors()))
                    .containsAnyOf("Usage: stream-worker", "Did you mean: stream-worker");
            assertNoStackTrace(worker);
        }
    }

    @Test
    void aMetricsPortInUseIsSaid() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"));
                WorkerProcess worker = WorkerProcess.run("x")
                        .passthrough()
                        .env("WORKER_METRICS_PORT", Integer.toString(taken.getLocalPort()))
                        .start()) {
            assertRefused(
                    worker, 2, LIMIT, "WORKER_METRICS_PORT='%d'".formatted(taken.getLocalPort()), "in use", "allowed");
        }
    }
}
