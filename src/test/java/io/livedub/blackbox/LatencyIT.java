package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.MediaServer;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a picture takes through the worker at three settings, side by side on one source. The latency is the configured one and not
 * a matter of this machine's speed: a worker that is slower than that has failed.
 */
@Tag("quiet")
class LatencyIT {
    private static final String SOURCE = "latency-source";

    @TempDir
    static Path folder;

    private static MediaServer server;
    private static EchoProcess echo;
    private static Process publisher;
    private static WorkerProcess usual;
    private static WorkerProcess low;
    private static WorkerProcess auto;

    @BeforeAll
    static void start() {
        server = MediaServer.start(SOURCE, "latency-usual", "latency-low", "latency-auto");
        echo = EchoProcess.start();
        publisher = Ffmpeg.publish(LabSource.path("plain", 60), server.url("live/" + SOURCE + "/in"));
        usual = worker("latency-usual", Map.of());
        low = worker("latency-low", Map.of("WORKER_SEGMENT_DURATION", "2s", "WORKER_AV_OFFSET_NS", "1500000000"));
        auto = worker("latency-auto", Map.of("WORKER_AV_OFFSET_NS", "auto"));
    }

    @AfterAll
    static void stop() {
        Stream.of(usual, low, auto).forEach(WorkerProcess::close);
        Shell.stop(publisher);
        echo.close();
        server.close();
    }

    @Test
    void aSegmentAndAnOffsetByDefault() throws IOException {
        assertLatencyMs(usual, 11_900, 12_100);
    }

    @Test
    void underFourSecondsWithShortSegments() throws IOException {
        assertLatencyMs(low, 3_400, 3_600);
    }

    @Test
    void theServicesOwnTimeWithAuto() throws IOException {
        assertLatencyMs(auto, 6_000, 8_500);
    }

    private static WorkerProcess worker(String id, Map<String, String> environment) {
        var run = WorkerProcess.run(id)
                .on(server)
                .dubbedBy(echo.url())
                .segments(folder.resolve(id))
                .arg("--input-url", server.url("live/" + SOURCE + "/in"));
        environment.forEach(run::env);
        return run.start();
    }

    private static void assertLatencyMs(WorkerProcess worker, double least, double most) throws IOException {
        worker.awaitLog("segment 1 is dubbed", Duration.ofSeconds(60));
        // Where the source's live edge is, a worker that is still warming up learns from its soonest frames.
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        worker.metrics().sum("worker_latency_ms"))
                .isBetween(least, most));
        assertThat(worker.metrics().sum("worker_av_sync_delta_ms")).isBetween(-22.0, 22.0);
        assertThat(worker.metrics().sum("worker_fallback_total")).isZero();
    }
}
