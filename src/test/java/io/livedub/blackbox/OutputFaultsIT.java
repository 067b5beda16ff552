package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.MediaServer;
import io.livedub.support.Packet;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** Servers of the output that are killed, restarted, frozen: with and without a grace. Each has a server of its own. */
@Tag("quiet")
class OutputFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Path file;

    @TempDir
    Path folder;

    @BeforeAll
    static void source() {
        file = Ffmpeg.small(40);
    }

    @TestFactory
    Stream<DynamicTest> outputs() {
        SideBySide all = new SideBySide();
        if (MediaMtx.program().isPresent()) {
            all.add(
                    "MediaMTX restarted, with grace: goes on",
                    () -> outputRestarted(MediaMtx.start(true), "mediamtxrestarted"));
        }
        return all.add("killed: ends with 5", this::outputKilled)
                .add("frozen: ends with 5", this::outputFrozen)
                .add(
                        "restarted, with grace: goes on",
                        () -> outputRestarted(MediaServer.start("outputrestarted"), "outputrestarted"))
                .add("frozen for a while, with grace: goes on", this::outputThawed)
                .play();
    }

    private void outputKilled() throws Exception {
        try (MediaServer output = MediaServer.start("outputkilled");
                MediaServer input = MediaServer.start("outputkilled");
                EchoServer sts = sts();
                Broadcast stream = new Broadcast(input, output, "outputkilled")) {
            stream.publish(file);
            WorkerProcess worker = work(stream, sts, 0);
            stream.airs(Duration.ofSeconds(3));
            long killedNs = System.nanoTime();
            output.kill();

            assertThat(worker.awaitExit(PATIENCE)).isEqualTo(5);
            assertThat(Duration.ofNanos(System.nanoTime() - killedNs)).isLessThan(Duration.ofSeconds(8));
            assertThat(worker.errors()).hasSize(1);
        }
    }

    private void outputFrozen() throws Exception {
        try (MediaServer output = MediaServer.start("outputfrozen");
                MediaServer input = MediaServer.start("outputfrozen");
                EchoServer sts = sts();
                Broadcast stream = new Broadcast(input, output, "outputfrozen")) {
            // At the rate of a real stream: a frozen server is noticed when the buffers of the connection are full.
            stream.publish(Ffmpeg.standard(60));
            WorkerProcess worker = work(stream, sts, 0);
            stream.airs(Duration.ofSeconds(3));
            long frozenNs = System.nanoTime();
            output.freeze();

            assertThat(worker.awaitExit(PATIENCE)).isEqualTo(5);
            assertThat(Duration.ofNanos(System.nanoTime() - frozenNs)).isLessThan(Duration.ofSeconds(20));
            assertThat(worker.errors()).hasSize(1);
        }
    }

    private void outputRestarted(MediaServer output, String id) throws Exception {
        goesOnWhen(output, id, output::kill, output::startAgain);
    }

    private void outputThawed() throws Exception {
        MediaServer output = MediaServer.start("outputthawed");
        goesOnWhen(output, "outputthawed", output::freeze, output::thaw);
    }

    private void goesOnWhen(MediaServer output, String id, Runnable breaks, Runnable mends) throws Exception {
        try (output;
                MediaServer input = MediaServer.start(id);
                EchoServer sts = sts();
                Broadcast stream = new Broadcast(input, output, id)) {
            // A GOP of 2 s: without the frames since its keyframe a reader would wait for the next.
            stream.publish(Ffmpeg.standard(60));
            WorkerProcess worker = work(stream, sts, 60_000);
            stream.airs(Duration.ofSeconds(3));
            breaks.run();
            worker.awaitLog("it is published again until it is back", PATIENCE);
            mends.run();
            long thereNs = System.nanoTime();

            goesOn(stream, worker, folder.resolve(id + ".flv"), thereNs);
        }
    }

    /** The picture is there again, and the STS session is the same. */
    private static void goesOn(Broadcast stream, WorkerProcess worker, Path recording, long thereNs) {
        try (LiveReader viewer = LiveReader.start(stream.output(), recording)) {
            Packet first = viewer.first(PATIENCE);
            worker.awaitLog("the output is back after", PATIENCE);

            assertThat(Duration.ofNanos(first.arrivalNs() - thereNs)).isLessThan(Duration.ofSeconds(3));
            assertThat(worker.isAlive()).isTrue();
            assertThat(worker.output().stream().filter(line -> line.message().contains("sts: Connecting")))
                    .as("STS sessions")
                    .hasSize(1);
            Awaitility.await("the output goes on")
                    .atMost(PATIENCE)
                    .until(() -> viewer.packets().size() > 300);
        }
    }

    private static WorkerProcess work(Broadcast stream, EchoServer sts, int outputGraceMs) {
        return stream.work(run -> run.dubbedBy(sts.url())
                .env("WORKER_SEGMENT_DURATION", "2s")
                .env("WORKER_AV_OFFSET_NS", "2000000000")
                .env("WORKER_OUTPUT_GRACE_MS", Integer.toString(outputGraceMs)));
    }

    private static EchoServer sts() throws IOException {
        return new EchoServer(EchoOptions.defaults()).start();
    }
}
