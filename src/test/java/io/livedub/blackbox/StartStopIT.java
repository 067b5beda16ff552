package io.livedub.blackbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.Outage;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static io.livedub.blackbox.Refusals.assertNoStackTrace;
import static org.assertj.core.api.Assertions.assertThat;

/** Starts, stops and deaths of everything around the worker. */
@Execution(ExecutionMode.CONCURRENT)
class StartStopIT {
    private static final Duration STARTS = Duration.ofSeconds(60);
    /** What passthrough holds is out at once; closing both ends may take a moment. */
    private static final Duration STOPS = Duration.ofSeconds(10);

    private static final String ON_AIR = "connecting -> live";

    private static Path source;

    @TempDir
    Path folder;

    private MediaServer server;
    private Process publisher;

    @BeforeAll
    static void generate() {
        source = LabSource.path("plain", 60);
    }

    @BeforeEach
    void publish() {
        server = MediaServer.start("x");
        // For ever: ten starts take as long as the machine needs for them.
        publisher =
                Ffmpeg.publish(source, server.url("live/x/in"), List.of("-stream_loop", "-1"), List.of("-c", "copy"));
    }

    @AfterEach
    void stop() {
        Shell.stop(publisher);
        server.close();
    }

    private WorkerRun passthrough() {
        return WorkerProcess.run("x").on(server).passthrough().segments(folder);
    }

    @Test
    void tenStartsAndStopsInARow() throws Exception {
        for (int round = 0; round < 10; round++) {
            boolean term = round % 2 == 0;
            try (WorkerProcess worker = passthrough().start()) {
                // Before Quarkus is up, before the first frame, on the first frame, and on air for a while.
                switch (round % 5) {
                    case 0 -> Outage.lasts(Duration.ofMillis(700));
                    case 1 -> Outage.lasts(Duration.ofMillis(1300));
                    case 2 -> worker.awaitLog(ON_AIR, STARTS);
                    case 3 -> worker.awaitLog("source: H.264", STARTS);
                    default -> {
                        worker.awaitLog(ON_AIR, STARTS);
                        Outage.lasts(Duration.ofSeconds(2));
                    }
                }
                worker.signal(term ? "TERM" : "INT");
                assertThat(worker.awaitExit(STOPS))
                        .as("round %d\n%s".formatted(round, worker.said()))
                        .isEqualTo(term ? 143 : 130);
                assertNoStackTrace(worker);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalAirsWhatIsHeldAndEndsTheSession(String signal, int code) {
        try (EchoProcess echo = EchoProcess.start();
                LiveReader in = LiveReader.start(server.url("live/x/in"), folder.resolve("in.flv"));
                LiveReader out = LiveReader.start(server.url("live/x/out"), folder.resolve("out.flv"));
                WorkerProcess worker = WorkerProcess.run("x")
                        .on(server)
                        .dubbedBy(echo.url())
                        .segments(folder)
                        .env("WORKER_SEGMENT_DURATION", "2s")
                        .env("WORKER_AV_OFFSET_NS", "2000000000")
                        .start()) {
            // given
            worker.awaitLog("segment 2 is dubbed", Duration.ofSeconds(30));
            long signalledNs = System.nanoTime();

            // when
            worker.signal(signal);

            // then
            assertThat(worker.awaitExit(Duration.ofSeconds(20)))
                    .as(worker.said())
                    .isEqualTo(code);
            List<Packet> aired = Packets.video(out.toEnd(Duration.ofSeconds(10)));
            List<Packet> read = Packets.video(in.packets());
            Packet last = read.get(Packets.match(read, aired).startsAt() + aired.size() - 1);
            assertThat(last.digest()).isEqualTo(aired.get(aired.size() - 1).digest());
            assertThat(Duration.ofNanos(signalledNs - last.arrivalNs()))
                    .as("the last frame aired came this long before the signal")
                    .isLessThan(Duration.ofMillis(500));
            assertThat(echo.state().path("sessions").get(0).path("end").asText())
                    .isEqualTo("complete");
            assertThat(echo.state().path("violations")).isEmpty();
            assertNoStackTrace(worker);
        }
    }

    @Test
    void aSecondSignalEndsAtOnce() {
        try (EchoProcess echo = EchoProcess.start();
                WorkerProcess worker = WorkerProcess.run("x")
                        .on(server)
                        .dubbedBy(echo.url())
                        .segments(folder)
                        .start()) {
            // given
            worker.awaitLog("segment 0 audio written", Duration.ofSeconds(30));
            worker.signal("TERM");
            worker.awaitLog("-> draining", Duration.ofSeconds(5));

            // when
            worker.signal("TERM");

            // then
            assertThat(worker.awaitExit(Duration.ofSeconds(2))).isEqualTo(143);
        }
    }

    @Test
    void aPublisherThatIsKilledIsAnEnd() throws Exception {
        try (LiveReader in = LiveReader.start(server.url("live/x/in"), folder.resolve("in.flv"));
                LiveReader out = LiveReader.start(server.url("live/x/out"), folder.resolve("out.flv"));
                WorkerProcess worker = passthrough().start()) {
            // given
            out.first(STARTS);
            Outage.lasts(Duration.ofSeconds(3));

            // when
            publisher.destroyForcibly();

            // then: the grace time of `run`, and a moment
            List<Packet> read = Packets.video(in.toEnd(Duration.ofSeconds(10)));
            assertThat(worker.awaitExit(Duration.ofSeconds(15)))
                    .as(worker.said())
                    .isZero();
            assertThat(worker.logged(line -> line.field("to").equals("source-lost")))
                    .isPresent();
            List<Packet> aired = Packets.video(out.toEnd(Duration.ofSeconds(5)));
            assertThat(Packets.match(read, aired).left()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aServerThatIsKilledIsAFailure() throws Exception {
        try (WorkerProcess worker = passthrough().start()) {
            // given
            worker.awaitLog(ON_AIR, STARTS);
            Outage.lasts(Duration.ofSeconds(2));

            // when
            server.kill();

            // then: source and output are lost together; which is noticed first is chance
            assertThat(worker.awaitExit(Duration.ofSeconds(20)))
                    .as(worker.said())
                    .isIn(3, 5);
            assertThat(worker.errors()).hasSize(1);
            assertNoStackTrace(worker);
        }
    }

    @Test
    void aSecondRunGoesOnCounting() throws Exception {
        // given
        assertThat(firstBatchOfARun(0)).isZero();
        long next = highest() + 1;

        // when, then
        assertThat(firstBatchOfARun(next)).isEqualTo(next).isGreaterThanOrEqualTo(2);
    }

    /** Runs until two segments from {@code batch} on are written. */
    private long firstBatchOfARun(long batch) {
        try (WorkerProcess worker =
                passthrough().env("WORKER_SEGMENT_DURATION", "2s").start()) {
            worker.awaitLog("segment %d video written".formatted(batch + 1), Duration.ofSeconds(30));
            worker.signal("TERM");
            assertThat(worker.awaitExit(STOPS)).isEqualTo(143);
            return Long.parseLong(worker.logged(line -> line.message().endsWith("written"))
                    .orElseThrow()
                    .field("batch_number"));
        }
    }

    private long highest() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("x"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("_video.mp4"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 6)))
                    .max()
                    .orElse(-1);
        }
    }
}
