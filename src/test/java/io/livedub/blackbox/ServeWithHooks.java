package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.Ffmpeg;
import io.livedub.support.HookedMediaMtx;
import io.livedub.support.Ports;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole with a real media server and the real hook command: nobody tells the worker anything by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServeWithHooks {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private Path source;
    private ServeProcess serve;
    private HookedMediaMtx server;

    private final List<Process> publishers = new ArrayList<>();

    /** Why the server cannot be started here; empty when it can. */
    abstract Optional<String> missing();

    abstract HookedMediaMtx server(int rtmpPort, String workerUrl);

    @BeforeAll
    void start() {
        Optional<String> missing = missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        source = Ffmpeg.mono25(120);
        int rtmp = Ports.free();
        serve = ServeProcess.start(
                folder,
                Map.of(
                        "MEDIAMTX_RTMP_PORT", Integer.toString(rtmp),
                        "WORKER_SOURCE_GRACE_MS", "8000",
                        "WORKER_SEGMENT_DURATION", "2s"));
        server = server(rtmp, serve.url());
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        if (serve != null) {
            serve.close();
        }
    }

    @AfterEach
    void stopPublishers() {
        publishers.forEach(Shell::stop);
    }

    private Process publish(String id) {
        return publish(id, "");
    }

    private Process publish(String id, String query) {
        Process publisher = Ffmpeg.publish(source, server.url("live/" + id + "/in") + query);
        publishers.add(publisher);
        return publisher;
    }

    private String outputOf(String id) {
        return server.publisherOf("live/" + id + "/out");
    }

    private String awaitOutput(String id) {
        Awaitility.await(id + " is published")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !outputOf(id).isEmpty());
        return outputOf(id);
    }

    @Test
    void aPublisherComesAndGoesAndIsBackWithinTheGraceAndStaysAway() {
        // when
        Process first = publish("life");
        String output = awaitOutput("life");
        serve.awaitState("life", "live", SOON);
        String correlation = ServeProcess.json(serve.get("/v1/streams/life"))
                .get("correlation_id")
                .asText();
        // then: gone, it is waited for on the same output
        Shell.stop(first);
        serve.awaitState("life", "source-lost", SOON);
        assertThat(outputOf("life")).isEqualTo(output);
        // and back within the grace, the same output goes on
        Process second = publish("life");
        serve.awaitState("life", "live", SOON);
        assertThat(outputOf("life")).isEqualTo(output);
        assertThat(ServeProcess.json(serve.get("/v1/streams/life"))
                        .get("correlation_id")
                        .asText())
                .isEqualTo(correlation);
        // and away for good, it drains and is gone
        Shell.stop(second);
        serve.awaitState("life", "none", SOON);
        assertThat(outputOf("life")).isEmpty();
    }

    @Test
    void whatAPublisherAsksForInItsQueryArrives() {
        publish("asks", "?user=x&targets=fr:anna");

        serve.awaitState("asks", "live", SOON);
        assertThat(ServeProcess.json(serve.get("/v1/streams/asks"))
                        .at("/languages/0/language")
                        .asText())
                .isEqualTo("fr");
    }

    @Test
    void aReplacedPublisherGoesOnOnTheSameOutput() {
        // given
        publish("replaced");
        String output = awaitOutput("replaced");
        serve.awaitState("replaced", "live", SOON);
        String before = server.publisherOf("live/replaced/in");
        // when
        publish("replaced");
        Awaitility.await("the second publisher has taken the place")
                .atMost(SOON)
                .until(() -> !server.publisherOf("live/replaced/in").isEmpty()
                        && !server.publisherOf("live/replaced/in").equals(before));
        // then: through the end of the grace time and on
        Awaitility.await("the stream stays")
                .during(Duration.ofSeconds(11))
                .atMost(Duration.ofSeconds(25))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> outputOf("replaced").equals(output));
        serve.awaitState("replaced", "live", SOON);
    }

    @Test
    void stormsOfComingAndGoingEndInOrder() {
        // when
        for (int i = 0; i < 10; i++) {
            Process publisher = publish("storm");
            Awaitility.await().atMost(SOON).until(() -> !server.publisherOf("live/storm/in")
                    .isEmpty());
            Shell.stop(publisher);
        }
        publish("storm");
        // then
        awaitOutput("storm");
        serve.awaitState("storm", "live", SOON);
        assertThat(serve.streams().findValuesAsText("stream_id").stream().filter("storm"::equals))
                .hasSize(1);
        assertThat(serve.worker().logged(line -> line.text().contains("internal error")))
                .isEmpty();
    }

    @Test
    void aSignalDrainsWhatIsOnAirAndAnotherWorkerFindsIt(@TempDir Path segments) {
        // given
        publish("found");
        awaitOutput("found");
        serve.stop("found");
        serve.awaitState("found", "none", SOON);
        // when
        try (ServeProcess other = ServeProcess.start(
                segments,
                Map.of("MEDIAMTX_API_URL", server.apiUrl(), "MEDIAMTX_RTMP_PORT", Integer.toString(server.port())))) {
            other.awaitState("found", "live", SOON);
            awaitOutput("found");
            other.worker().signal("TERM");
            // then
            assertThat(other.worker().awaitExit(SOON)).isEqualTo(143);
        }
    }
}
