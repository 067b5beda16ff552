package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.MediaServer;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packets;
import io.livedub.support.Ports;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static io.livedub.blackbox.Refusals.assertNoStackTrace;
import static io.livedub.blackbox.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/** Sources that are not there or not usable, outputs that are refused or taken, a folder that cannot be written. Each test has a server of its own. */
@Execution(ExecutionMode.CONCURRENT)
class WrongInputIT {
    /** Three retries after 1, 2 and 4 s. */
    private static final Duration RETRIES = Duration.ofSeconds(7);

    private static final Duration LIMIT = Duration.ofSeconds(40);
    /** Without a keyframe to wait for, and one where nobody may publish. */
    private static final String MORE =
            """
                application live/other { live on; idle_streams off; }
                application closed { live on; deny publish all; }
            """;

    private NginxRtmp server;

    @TempDir
    Path folder;

    private Process publisher;

    @BeforeEach
    void start() {
        server = NginxRtmp.start("off", List.of("none", "bad", "good"), MORE);
    }

    @AfterEach
    void stop() {
        if (publisher != null) {
            Shell.stop(publisher);
        }
        server.close();
    }

    private WorkerRun worker(String id) {
        return WorkerProcess.run(id).on(server).passthrough().segments(folder);
    }

    private void publish(Path file, String id) {
        publisher = published("in", () -> Ffmpeg.publish(file, server.url("live/" + id + "/in")));
    }

    /** Returns when the server has one more publisher of that name than before. */
    private Process published(String name, Supplier<Process> start) {
        int before = publishers(name);
        Process started = start.get();
        Awaitility.await("a publisher of " + name)
                .atMost(Duration.ofSeconds(10))
                .until(() -> publishers(name) > before);
        return started;
    }

    private int publishers(String name) {
        return server.log().split("publish: name='" + name + "'", -1).length;
    }

    @Test
    void aServerThatIsNotThereIsTriedFourTimes() {
        try (WorkerProcess worker = worker("none")
                .env("MEDIAMTX_RTMP_PORT", Integer.toString(Ports.free()))
                .start()) {
            assertRefused(worker, 3, LIMIT, "RTMP server does not answer", "rtmp://127.0.0.1");
            assertThat(Duration.ofNanos(System.nanoTime() - worker.startedNs())).isGreaterThan(RETRIES);
        }
    }

    @Test
    void aHostThatNobodyKnowsIsNotThere() {
        try (WorkerProcess worker =
                worker("none").env("MEDIAMTX_HOST", "nowhere.invalid").start()) {
            assertRefused(worker, 3, LIMIT, "RTMP server does not answer", "nowhere.invalid");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"live/none/in", "live/no-application/in"})
    void aStreamThatNobodyPublishesIsTriedFourTimes(String path) {
        try (WorkerProcess worker =
                worker("none").arg("--input-url", server.url(path)).start()) {
            assertRefused(worker, 3, LIMIT, "no such stream", path);
            assertThat(Duration.ofNanos(System.nanoTime() - worker.startedNs())).isGreaterThan(RETRIES);
        }
    }

    @Test
    void mediaMtxWithoutThatStreamIsTriedFourTimes() {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        try (MediaServer mtx = MediaMtx.start(true);
                WorkerProcess worker = worker("none").on(mtx).start()) {
            assertRefused(worker, 3, LIMIT, "no such stream", "live/none/in");
        }
    }

    @Test
    void aSourceWithoutSoundIsRefused() {
        publish(LabSource.path("silent", 20), "bad");
        try (WorkerProcess worker = worker("bad").start()) {
            assertRefused(worker, 4, LIMIT, "Audio track required for dubbing pipeline");
        }
    }

    @Test
    void mp3IsRefusedByName() {
        publish(LabSource.path("mp3", 20), "bad");
        try (WorkerProcess worker = worker("bad").start()) {
            assertRefused(worker, 4, LIMIT, "MP3", "H.264", "AAC");
        }
    }

    @Test
    void hevcIsRefusedByName() {
        String source = LabSource.path("hevc", 20).toString();
        publisher = published(
                "in",
                () -> Shell.start(
                        folder.resolve("hevc.log"),
                        "python3",
                        "src/test/python/publish_hevc.py",
                        server.url("live/other/in"),
                        source));
        try (WorkerProcess worker = worker("other").start()) {
            assertRefused(worker, 4, LIMIT, "HEVC", "H.264", "AAC");
        }
    }

    @Test
    void anOutputServerThatIsNotThereIsSaid() {
        String nowhere = "rtmp://127.0.0.1:" + Ports.free() + "/live/good/out";
        publish(LabSource.path("plain", 20), "good");
        try (WorkerProcess worker = worker("good").arg("--output-url", nowhere).start()) {
            assertRefused(worker, 5, LIMIT, "RTMP server does not answer", nowhere);
        }
    }

    @Test
    void aRefusedPublicationIsSaid() {
        publish(LabSource.path("plain", 20), "good");
        try (WorkerProcess worker =
                worker("good").arg("--output-url", server.url("closed/out")).start()) {
            assertRefused(worker, 5, LIMIT, "closed/out");
        }
    }

    @Test
    void anOutputThatIsTakenIsSaid() {
        publish(LabSource.path("plain", 20), "good");
        Process other =
                published("out", () -> Ffmpeg.publish(LabSource.path("plain", 20), server.url("live/good/out")));
        try (WorkerProcess worker = worker("good").start()) {
            assertRefused(worker, 5, LIMIT, "in use", "live/good/out");
        } finally {
            Shell.stop(other);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onMediaMtxAnOutputThatIsTakenEndsOneOfTheTwo(boolean overridePublisher) {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        Path source = LabSource.path("plain", 20);
        try (MediaServer mtx = MediaMtx.start(overridePublisher);
                LiveReader out = LiveReader.start(mtx.url("live/good/out"), folder.resolve("out.flv"))) {
            publisher = Ffmpeg.publish(source, mtx.url("live/good/in"));
            Process other = null;
            try {
                if (!overridePublisher) {
                    other = Ffmpeg.publish(source, mtx.url("live/good/out"));
                    out.first(Duration.ofSeconds(10));
                }
                try (WorkerProcess worker = worker("good").on(mtx).start()) {
                    if (overridePublisher) {
                        out.first(Duration.ofSeconds(15));
                        other = Ffmpeg.publish(source, mtx.url("live/good/out"));
                    }
                    assertRefused(worker, 5, LIMIT, "live/good/out");
                }
            } finally {
                if (other != null) {
                    Shell.stop(other);
                }
            }
        }
    }

    @Test
    void aFolderThatCannotBeWrittenCostsOnlyTheFiles() throws IOException {
        Path file = Files.createFile(folder.resolve("no-folder"));
        Path source = LabSource.path("plain", 20);
        try (LiveReader out = LiveReader.start(server.url("live/good/out"), folder.resolve("out.flv"))) {
            try (WorkerProcess worker =
                    worker("good").segments(file.resolve("segments")).start().sampling()) {
                // On a busy machine the source would be half over before a JVM has started.
                worker.awaitLog("stream-worker ", LIMIT);
                publish(source, "good");
                assertThat(worker.awaitExit(LIMIT)).as(worker.said()).isZero();
                assertThat(worker.logged(line -> line.field("level").equals("WARN")
                                && line.message().contains("segments cannot be written")))
                        .as(worker.said())
                        .isPresent();
                assertThat(worker.lastMetrics().sum("worker_segment_file_errors_total"))
                        .isGreaterThanOrEqualTo(4);
                assertThat(worker.lastMetrics().sum("worker_segments_written_total"))
                        .isZero();
                assertNoStackTrace(worker);
            }
            Packets.Match match = Packets.match(
                    Packets.video(Packets.ofFile(source)), Packets.video(out.toEnd(Duration.ofSeconds(10))));
            assertThat(match.matched()).isGreaterThan(300);
            assertThat(match.left()).isLessThanOrEqualTo(2);
        }
    }
}
