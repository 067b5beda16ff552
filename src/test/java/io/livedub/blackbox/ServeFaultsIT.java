package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.DubbedServe;
import io.livedub.support.Ffmpeg;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** What the machine can refuse one of three dubbed streams: its disk, and its memory. Real ones; the worker knows of no test. */
class ServeFaultsIT {
    private static final String VICTIM = "victim";
    private static final List<String> OTHERS = List.of("a", "b");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private DubbedServe scene;
    private ServeProcess serve;

    @BeforeEach
    void start() {
        scene = DubbedServe.of("a", "b", VICTIM);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private void serve(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("WORKER_AV_OFFSET_NS", "4000000000");
        // The whole disk may hold less than the default of 1 GiB; the sweeper is not what is looked at.
        all.put("WORKER_SEGMENT_MIN_FREE", "0");
        serve = scene.serve(folder.resolve("segments"), all);
    }

    private void publish(String id, Path source) {
        scene.publish("live/" + id + "/in", source, List.of("-stream_loop", "-1"), List.of("-c", "copy"));
        assertThat(serve.hook("ready", id, "1").statusCode()).isEqualTo(200);
    }

    @Test
    void aFullDiskCostsFilesAndNothingElse() throws Exception {
        // given
        Path disk = Files.createDirectories(folder.resolve("segments").resolve(VICTIM));
        Assumptions.assumeTrue(mounted(disk), "a small disk needs the right to mount one");
        try {
            serve(Map.of());
            Path source = Ffmpeg.mono25(120);
            // when
            publish(VICTIM, source);
            OTHERS.forEach(id -> publish(id, source));
            await("files are lost", () -> stream(VICTIM).path("files_lost").asInt() > 3);
            // then
            assertThat(serve.worker()
                            .awaitLog("segments cannot be written, the stream goes on", SOON)
                            .text())
                    .contains("No space left", "\"streamId\":\"victim\"");
            assertThat(serve.worker().metrics().sum("worker_segment_file_errors_total", "stream_id", VICTIM))
                    .isGreaterThan(3);
            // and: the stream goes on
            int dubbed = stream(VICTIM).get("dubbed").asInt();
            await(
                    "it is dubbed all the same",
                    () -> stream(VICTIM).get("dubbed").asInt() > dubbed + 1);
            assertThat(stream(VICTIM).get("state").asText()).isEqualTo("live");
            assertThat(stream(VICTIM).get("failures").asInt()).isZero();
            assertThat(stream(VICTIM).get("fallbacks")).isEmpty();
            othersAreFine();
            // and: what has a name is whole
            List<Path> kept = files(disk);
            assertThat(kept).isNotEmpty();
            for (Path file : kept) {
                Shell.run("ffprobe", "-v", "error", file.toString());
            }
            // when
            for (Path file : kept) {
                Files.deleteIfExists(file);
            }
            // then
            serve.worker().awaitLog("segments are written again", SOON);
        } finally {
            Shell.run("umount", "-l", disk.toString());
        }
    }

    @Test
    void aStreamThatIsOutOfMemoryEndsAloneAndIsStartedAgain() throws Exception {
        // A binary takes 16 MB at least, and the program with all that it may hold of this stream fits into them.
        Assumptions.assumeFalse(WorkerProcess.isNative(), "a binary fits into every heap that it can be given");
        // given: a heap that is too small for the program itself; what it holds of a stream is bounded
        serve(Map.of("WORKER_SPAWN", "process", "WORKER_CHILD_COMMAND", launcherWithLittleMemoryFor(VICTIM)));
        Path source = Ffmpeg.mono25(120);
        for (String id : OTHERS) {
            publish(id, source);
        }
        for (String id : OTHERS) {
            await(id + " is dubbed", () -> stream(id).path("dubbed").asInt() > 0);
        }
        Map<String, String> before = new HashMap<>();
        OTHERS.forEach(id -> before.put(id, stream(id).get("since").asText()));
        // when
        publish(VICTIM, source);
        await("it has failed", () -> stream(VICTIM).path("failures").asInt() > 0);
        // then
        JsonNode failed = stream(VICTIM);
        assertThat(failed.get("last_failure").asText()).isEqualTo("the stream's process ran out of memory");
        serve.worker().awaitLog("stream failed, started again in", SOON);
        assertThat(serve.worker().metrics().sum("worker_stream_failures_total", "exit_code", "71"))
                .isPositive();
        await(
                "it is tried again",
                () -> stream(VICTIM).get("failures").asInt() > 1
                        || stream(VICTIM).get("state").asText().equals("live"));
        OTHERS.forEach(id -> assertThat(stream(id).get("since").asText()).isEqualTo(before.get(id)));
        othersAreFine();
    }

    private void othersAreFine() {
        for (String id : OTHERS) {
            JsonNode other = stream(id);
            assertThat(other.get("state").asText()).isEqualTo("live");
            assertThat(other.get("failures").asInt()).isZero();
            assertThat(other.get("files_lost").asInt()).isZero();
            assertThat(other.get("fallbacks"))
                    .as("of %s: %s", id, serve.worker().said())
                    .isEmpty();
            assertThat(other.get("dubbed").asInt()).isPositive();
        }
    }

    /** The launcher itself, but for one stream, whose heap is half of what the program needs. */
    private String launcherWithLittleMemoryFor(String id) throws IOException {
        Path script = folder.resolve("launcher");
        Files.writeString(
                script,
                """
                #!/bin/sh
                case " $* " in *" --stream-id %s "*) export WORKER_JAVA_OPTS="${WORKER_JAVA_OPTS:-} -Xms8m -Xmx10m" ;; esac
                exec %s "$@"
                """
                        .formatted(id, WorkerProcess.commandLine()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script.toString();
    }

    private static boolean mounted(Path disk) {
        try {
            Shell.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
            return true;
        } catch (AssertionError | RuntimeException notAllowed) {
            return false;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private JsonNode stream(String id) {
        return ServeProcess.json(serve.get("/v1/streams/" + id));
    }

    private void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(200))
                    .until(condition);
        } catch (org.awaitility.core.ConditionTimeoutException timeout) {
            throw new AssertionError(
                    timeout.getMessage() + "\n" + serve.worker().said(), timeout);
        }
    }
}
