package io.livedub.blackbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.DubbedServe;
import io.livedub.support.Ffmpeg;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** Five dubbed streams in one process; one of them is broken in every way that is possible from outside, and the others do not notice. */
@Tag("in-pairs")
class ServeIsolationIT {
    private static final String VICTIM = "victim";
    private static final List<String> OTHERS = List.of("a", "b", "c", "d");
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    Path segments;

    private final Path source = Ffmpeg.mono25(180);
    private DubbedServe scene;
    private ServeProcess serve;

    @BeforeEach
    void start() {
        scene = DubbedServe.of(Stream.concat(OTHERS.stream(), Stream.of(VICTIM)).toArray(String[]::new));
        // MediaMTX takes a publisher's first frames before it refuses it: such an output counts as lost, and has its
        // grace.
        serve = scene.serve(segments, Map.of("WORKER_SOURCE_GRACE_MS", "2000", "WORKER_OUTPUT_GRACE_MS", "10000"));
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private Process publish(String path, String... codecs) {
        return scene.publish(path, source, List.of(), List.of(codecs));
    }

    @Test
    void whatBreaksOneOfFiveTouchesNoOther() throws Exception {
        // given
        for (String id : OTHERS) {
            publish("live/" + id + "/in", "-c", "copy");
            serve.hook("ready", id, "1");
        }
        for (String id : OTHERS) {
            awaitDubbed(id, 1);
        }
        // when: its source dies
        Process publisher = publish("live/victim/in", "-c", "copy");
        serve.hook("ready", VICTIM, "1");
        serve.awaitState(VICTIM, "live", SOON);
        publisher.destroyForcibly();
        serve.awaitState(VICTIM, "none", SOON);
        // when: it has no sound
        Process silent = publish("live/victim/in", "-c", "copy", "-an");
        serve.hook("ready", VICTIM, "2");
        serve.awaitState(VICTIM, "failed", SOON);
        assertThat(stream(VICTIM).get("reason").asText()).isEqualTo("Audio track required for dubbing pipeline");
        Shell.stop(silent);
        serve.hook("not-ready", VICTIM, "2");
        assertThat(serve.state(VICTIM)).isEqualTo("none");
        // when: its files cannot be written
        if (Files.exists(segments.resolve(VICTIM))) {
            delete(segments.resolve(VICTIM));
        }
        Files.writeString(segments.resolve(VICTIM), "in the way");
        publisher = publish("live/victim/in", "-c", "copy");
        serve.hook("ready", VICTIM, "3");
        Awaitility.await("the loss of files is seen")
                .atMost(SOON)
                .until(() -> stream(VICTIM).path("files_lost").asInt() > 0);
        // when: STS drops it
        disconnectFromSts(VICTIM);
        Awaitility.await("it reconnects")
                .atMost(SOON)
                .until(() -> stream(VICTIM).path("reconnections").asInt() > 0);
        serve.stop(VICTIM);
        serve.awaitState(VICTIM, "none", SOON);
        // when: its output is another's
        publish("live/victim/out", "-c", "copy");
        Awaitility.await("the other publishes").atMost(SOON).until(() -> readable("live/victim/out"));
        serve.start(VICTIM);
        Awaitility.await("it has failed and is tried again")
                .atMost(SOON)
                .until(() -> stream(VICTIM).path("failures").asInt() > 0);
        // then
        for (String id : OTHERS) {
            JsonNode other = stream(id);
            assertThat(other.get("state").asText()).isEqualTo("live");
            assertThat(other.get("failures").asInt()).isZero();
            assertThat(other.get("reconnections").asInt()).isZero();
            assertThat(other.get("files_lost").asInt()).isZero();
            assertThat(other.get("fallbacks")).as("of %s", id).isEmpty();
            assertThat(other.get("dubbed").asInt()).isGreaterThan(5);
        }
        assertThat(serve.worker().said()).doesNotContain("internal error");
        // when
        serve.worker().signal("TERM");
        // then: what is held airs
        assertThat(serve.worker().awaitExit(Duration.ofSeconds(45))).isEqualTo(143);
    }

    private JsonNode stream(String id) {
        return ServeProcess.json(serve.get("/v1/streams/" + id));
    }

    private void awaitDubbed(String id, int segments) {
        Awaitility.await(id + " is dubbed")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> stream(id).path("dubbed").asInt() >= segments);
    }

    private void disconnectFromSts(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(scene.echo().url() + "/v1/disconnect"))
                                .POST(HttpRequest.BodyPublishers.ofString("{\"stream_id\":\"" + id + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private boolean readable(String path) {
        try {
            Shell.run("ffprobe", "-v", "error", "-rw_timeout", "3000000", scene.url(path));
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
