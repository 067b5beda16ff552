package io.livedub.blackbox;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.support.ContractNames;
import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LoggedLine;
import io.livedub.support.MediaServer;
import io.livedub.support.Metrics;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** One dubbed stream at the most talkative level, by what it logs and what its metrics port shows. */
class LogsAndMetricsIT {
    private static final String ID = "seen-1";
    private static final String KEY = "key-of-sts-31337";
    private static final String PASSWORD = "password-of-rtmp-31337";
    private static final String CREDENTIALS = "?user=someone&pass=" + PASSWORD;

    @TempDir
    static Path folder;

    private static MediaServer server;
    private static EchoProcess echo;
    private static Process publisher;
    private static WorkerProcess worker;

    @BeforeAll
    static void start() {
        server = MediaServer.start(ID);
        echo = EchoProcess.start();
        publisher = Ffmpeg.publish(LabSource.path("plain", 60), server.url("live/" + ID + "/in"));
        worker = WorkerProcess.run(ID)
                .on(server)
                .dubbedBy(echo.url())
                .segments(folder)
                .arg("--input-url", server.url("live/" + ID + "/in" + CREDENTIALS))
                .arg("--output-url", server.url("live/" + ID + "/out" + CREDENTIALS))
                .env("WORKER_STS_API_KEY", KEY)
                .env("WORKER_HOOK_SECRET", "secret-of-hooks-31337")
                .env("WORKER_RUN_ID", "run-7")
                .env("WORKER_INSTANCE_ID", "instance-8")
                .env("WORKER_SEGMENT_DURATION", "2s")
                // Enough for the session with STS to begin while other JVMs start: no segment is late.
                .env("WORKER_AV_OFFSET_NS", "6000000000")
                .env("MEDIAMTX_RTSP_PORT", "8554")
                .env("LOG_LEVEL", "TRACE")
                .start();
        worker.awaitLog("segment 3 is dubbed", Duration.ofSeconds(40));
    }

    @AfterAll
    static void stop() {
        worker.close();
        Shell.stop(publisher);
        echo.close();
        server.close();
    }

    @Test
    void everyLineIsOneJsonObjectWithTheContractsFields() {
        List<LoggedLine> lines = worker.output();

        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(line -> {
            assertThat(line.json()).as(line.text()).isNotNull();
            assertThat(Instant.parse(line.field("timestamp"))).isBeforeOrEqualTo(Instant.now());
            assertThat(line.field("level")).isIn("ERROR", "WARN", "INFO", "DEBUG", "TRACE");
            assertThat(line.message()).isNotBlank();
            assertThat(line.field("runId")).isEqualTo("run-7");
            assertThat(line.field("instanceId")).isEqualTo("instance-8");
        });
        assertThat(lines)
                .filteredOn(line -> line.field("logger").equals("io.livedub.stream"))
                .hasSizeGreaterThan(10)
                .allSatisfy(line -> assertThat(line.field("streamId")).isEqualTo(ID));
        assertThat(worker.errors()).isEmpty();
    }

    @Test
    void lifeAndSessionAreLoggedAsTransitions() {
        assertThat(worker.output())
                .filteredOn(line -> line.json().has("from"))
                .extracting(line -> line.field("from") + " -> " + line.field("to"))
                .contains("connecting -> live", "AwaitingReady -> Ready");
        assertThat(worker.output())
                .filteredOn(line -> line.json().has("from"))
                .allSatisfy(line -> assertThat(line.json().has("reason")).isTrue());
    }

    @Test
    void thereIsNoLineForEachFrame() {
        List<LoggedLine> lines = worker.output();
        long seconds = Duration.between(
                        Instant.parse(lines.get(0).field("timestamp")),
                        Instant.parse(lines.get(lines.size() - 1).field("timestamp")))
                .toSeconds();

        // 77 frames a second come; a segment each 2 s has half a dozen lines.
        assertThat(lines.size()).isLessThan((int) (seconds + 2) * 10);
    }

    @Test
    void noSecretIsSaidAnywhere() throws IOException {
        String everything = worker.said()
                + worker.get("/metrics").body()
                + worker.get("/health").body();

        assertThat(everything).doesNotContain(KEY, PASSWORD, "31337");
        assertThat(echo.state().path("sessions").get(0).path("authorization").asBoolean())
                .as("the key was sent")
                .isTrue();
    }

    @Test
    void whatIsNoLongerUsedIsWarnedOfOnce() {
        assertThat(worker.output())
                .filteredOn(line -> line.message().contains("MEDIAMTX_RTSP_PORT"))
                .singleElement()
                .satisfies(line -> assertThat(line.field("level")).isEqualTo("WARN"));
    }

    @Test
    void everyMetricOfTheContractIsThere() throws IOException {
        Metrics metrics = worker.metrics();

        ContractNames.METRICS.forEach((name, labels) -> {
            Set<String> wanted = new TreeSet<>(labels);
            wanted.add("stream_id");
            if (!ContractNames.OF_THE_STREAM.contains(name)) {
                wanted.add("language");
            }
            assertThat(metrics.samples())
                    .filteredOn(sample -> sample.name().equals(name))
                    .as(name)
                    .isNotEmpty()
                    .allSatisfy(sample -> {
                        assertThat(sample.labels().keySet()).isEqualTo(wanted);
                        assertThat(sample.labels()).containsEntry("stream_id", ID);
                    });
        });
        assertThat(metrics.samples())
                .as("the breaker's library mixes all streams in one series")
                .noneMatch(sample -> sample.name().startsWith("ft_"));
        assertThat(metrics.labelValues("worker_fallback_total", "reason")).isEqualTo(ContractNames.FALLBACK_REASONS);
        assertThat(metrics.labelValues("worker_sts_rtt_ms_bucket", "le")).isEqualTo(ContractNames.RTT_BUCKETS);
        assertThat(metrics.text())
                .contains(
                        "# TYPE worker_audio_fragments_total counter",
                        "# TYPE worker_fallback_total counter",
                        "# TYPE worker_gst_bus_errors_total counter",
                        "# TYPE worker_inflight_fragments gauge",
                        "# TYPE worker_av_sync_delta_ms gauge",
                        "# TYPE worker_sts_breaker_state gauge",
                        "# TYPE worker_sts_rtt_ms histogram",
                        "# TYPE worker_latency_ms gauge",
                        "# TYPE worker_backpressure_events_total counter",
                        "# TYPE worker_reconnections_total counter",
                        "# TYPE worker_segments_written_total counter");
    }

    @Test
    void theFiguresAreTheStreams() {
        // Counters follow the line of the log in a moment, and the latency is that of the last pictures, which come
        // late when the machine is busy.
        Awaitility.await("the figures of the stream")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertIsTheStreams(worker.metrics()));
    }

    private static void assertIsTheStreams(Metrics metrics) {
        assertThat(metrics.sum("worker_audio_fragments_total")).isGreaterThanOrEqualTo(4);
        assertThat(metrics.sum("worker_segments_written_total", "track", "video"))
                .isGreaterThanOrEqualTo(3);
        assertThat(metrics.sum("worker_segments_written_total", "track", "audio_dubbed"))
                .isGreaterThanOrEqualTo(3);
        assertThat(metrics.sum("worker_sts_rtt_ms_count")).isGreaterThanOrEqualTo(4);
        assertThat(metrics.sum("worker_fallback_total")).isZero();
        assertThat(metrics.sum("worker_stream_state")).isEqualTo(1);
        assertThat(metrics.sum("worker_sts_breaker_state")).isZero();
        // A segment and the offset.
        assertThat(metrics.sum("worker_latency_ms")).isBetween(7900.0, 8300.0);
    }

    @Test
    void metricsArePrometheusText() throws IOException {
        HttpResponse<String> page = worker.get("/metrics");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/health/started"})
    void healthIsUp(String path) throws IOException {
        HttpResponse<String> answer = worker.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\"").contains("UP");
    }
}
