package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.MediaServer;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** A process for each stream: what kills one leaves the others on air. */
@Tag("quiet")
class ProcessSpawnIT {
    private static final List<String> IDS = List.of("p1", "p2", "p3", "p4", "p5");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aCrashOfOneChildIsNotNoticedByTheOthersAndItIsBackOnAir() throws Exception {
        // A keyframe each second: what is measured is how soon the child is back, not the wait for a keyframe.
        Path source = Ffmpeg.small(120);
        List<Process> publishers = new ArrayList<>();
        try (MediaServer nginx = MediaServer.start(IDS.toArray(String[]::new));
                ServeProcess serve = ServeProcess.start(
                        folder,
                        Map.of("MEDIAMTX_RTMP_PORT", Integer.toString(nginx.port()), "WORKER_SPAWN", "process"))) {
            try {
                // given
                IDS.forEach(id -> publishers.add(Ffmpeg.publish(source, nginx.url("live/" + id + "/in"))));
                for (String id : IDS) {
                    assertThat(serve.hook("ready", id, "1").statusCode()).isEqualTo(200);
                    serve.awaitState(id, "live", SOON);
                }
                Awaitility.await("their series are the parent's").atMost(SOON).until(() -> serve.worker()
                        .metrics()
                        .labelValues("worker_latency_ms", "stream_id")
                        .contains("p5"));
                Map<String, String> sinceBefore = since(serve);
                // when
                Shell.run("kill", "-SEGV", Long.toString(childOf("p3").pid()));
                long killedNs = System.nanoTime();
                // then
                serve.worker().awaitLog("started again", Duration.ofSeconds(10));
                serve.awaitState("p3", "live", Duration.ofSeconds(20));
                long backMs = (System.nanoTime() - killedNs) / 1_000_000;
                JsonNode back = ServeProcess.json(serve.get("/v1/streams/p3"));
                assertThat(back.get("last_failure").asText()).contains("process");
                Map<String, String> sinceAfter = since(serve);
                sinceBefore.remove("p3");
                assertThat(sinceAfter).containsAllEntriesOf(sinceBefore);
                assertThat(failures(serve)).isEqualTo(1);
                assertThat(backMs).as("back on air").isLessThan(5_000);
                // when
                aFrozenChildHoldsNobodyUp(serve, "p4");
                // when
                serve.worker().signal("TERM");
                // then
                assertThat(serve.worker().awaitExit(Duration.ofSeconds(60))).isEqualTo(143);
                assertThat(children().toList()).isEmpty();
            } finally {
                publishers.forEach(Shell::stop);
            }
        }
    }

    private static void aFrozenChildHoldsNobodyUp(ServeProcess serve, String id) throws IOException {
        // when
        ProcessHandle child = childOf(id);
        Shell.run("kill", "-STOP", Long.toString(child.pid()));
        long[] slowestMs = new long[1];
        Awaitility.await("it is killed")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    long startNs = System.nanoTime();
                    assertThat(serve.hook("ready", id, "1").statusCode()).isEqualTo(200);
                    assertThat(serve.streams()).hasSize(IDS.size());
                    assertThat(serve.worker().get("/health/live").statusCode()).isEqualTo(200);
                    assertThat(serve.worker().get("/metrics").statusCode()).isEqualTo(200);
                    slowestMs[0] = Math.max(slowestMs[0], (System.nanoTime() - startNs) / 1_000_000);
                    return !child.isAlive();
                });
        // then
        assertThat(slowestMs[0]).as("hook, API, health and metrics together").isLessThan(5_000);
        serve.worker().awaitLog("the stream's process hangs: it is killed", SOON);
        Awaitility.await("it is started again").atMost(SOON).until(() -> failures(serve) == 2);
        serve.awaitState(id, "live", SOON);
    }

    /** On the way: the child has the secrets that it needs, and nobody finds them where every process of the same user can look. */
    @Test
    void childrenWhoseParentIsKilledEnd() throws Exception {
        Path source = Ffmpeg.small(120);
        Path key = Files.writeString(folder.resolve("key"), "key-31337\n");
        Process publisher = null;
        try (MediaServer nginx = MediaServer.start("orphan");
                EchoProcess echo = EchoProcess.start();
                ServeProcess serve = ServeProcess.start(
                        folder,
                        Map.of(
                                "MEDIAMTX_RTMP_PORT", Integer.toString(nginx.port()),
                                "WORKER_SPAWN", "process",
                                "WORKER_STS_MODE", "enabled",
                                "WORKER_STS_SERVICE_URL", echo.url(),
                                "WORKER_STS_API_KEY_FILE", key.toString(),
                                "WORKER_HOOK_SECRET", "hook-31337",
                                "OTEL_EXPORTER_OTLP_HEADERS", "a=header-31337"))) {
            // given
            publisher = Ffmpeg.publish(source, nginx.url("live/orphan/in"));
            serve.start("orphan");
            serve.awaitState("orphan", "live", SOON);
            ProcessHandle child = childOf("orphan");
            Awaitility.await("the child shows its key to STS").atMost(SOON).until(() -> echo.state()
                    .path("sessions")
                    .path(0)
                    .path("authorization")
                    .asBoolean());
            for (String readable : List.of("environ", "cmdline")) {
                assertThat(Files.readString(Path.of("/proc/" + child.pid(), readable)))
                        .as(readable)
                        .contains(readable.equals("environ") ? "WORKER_RUN_ID=" : "orphan")
                        .doesNotContain("31337", "WORKER_STS_API_KEY");
            }
            // when
            serve.worker().signal("KILL");
            // then
            Awaitility.await("the child has ended")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !child.isAlive());
        } finally {
            if (publisher != null) {
                Shell.stop(publisher);
            }
        }
    }

    private static Map<String, String> since(ServeProcess serve) {
        Map<String, String> since = new HashMap<>();
        serve.streams()
                .forEach(stream -> since.put(
                        stream.get("stream_id").asText(),
                        stream.get("state").asText() + " " + stream.get("since").asText()));
        return since;
    }

    private static int failures(ServeProcess serve) throws IOException {
        return serve.worker()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("worker_stream_failures_total"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Stream<ProcessHandle> children() {
        return ProcessHandle.current().descendants().filter(process -> commandLine(process)
                .contains("--supervised"));
    }

    private static ProcessHandle childOf(String id) {
        return children()
                .filter(process -> commandLine(process).contains("--stream-id " + id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no child of " + id));
    }

    private static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }
}
