package io.livedub.blackbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.MediaServer;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A running source through the packaged worker without STS, on each server that is here. */
@Tag("quiet")
class PassthroughIT {
    private static final int SECONDS = 24;
    private static final int SEGMENT_S = 6;
    private static final Duration SOURCE_ENDS = Duration.ofSeconds(SECONDS + 10);

    /** The server that the stream goes through. */
    enum Server {
        NGINX,
        MEDIAMTX;

        MediaServer start(String id) {
            return this == NGINX ? NginxRtmp.start(id) : MediaMtx.start(true);
        }

        /**
         * When the output's first frame was there. MediaMTX lets nobody read before it has looked at 2 s of a publisher, whoever that is,
         * and drops them for its readers: there it is reckoned back from a frame's time, which counts from the output's first.
         */
        Duration firstFrame(Packet first) {
            Duration seen = Duration.ofNanos(first.arrivalNs());
            return this == NGINX ? seen : seen.minusMillis(first.dtsMs());
        }
    }

    private static Path source;

    @TempDir
    Path folder;

    @BeforeAll
    static void generate() {
        source = LabSource.path("plain", SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aRunningSourceIsRelayedUnchangedAndWithoutDelay(Server kind) throws Exception {
        Assumptions.assumeTrue(kind == Server.NGINX || MediaMtx.program().isPresent(), MediaMtx.MISSING);
        // given
        try (MediaServer server = kind.start("relay");
                LiveReader in = LiveReader.start(server.url("live/relay/in"), folder.resolve("in.flv"));
                LiveReader out = LiveReader.start(server.url("live/relay/out"), folder.resolve("out.flv"))) {
            Process publisher = Ffmpeg.publish(source, server.url("live/relay/in"));
            try {
                in.first(Duration.ofSeconds(15));

                // when
                try (WorkerProcess worker = WorkerProcess.run("relay")
                        .on(server)
                        .passthrough()
                        .segments(folder.resolve("segments"))
                        .start()
                        .sampling()) {
                    Packet first = out.first(Duration.ofSeconds(15));
                    List<Packet> arrived = in.toEnd(SOURCE_ENDS);
                    List<Packet> aired = out.toEnd(Duration.ofSeconds(20));
                    int exitCode = worker.awaitExit(Duration.ofSeconds(20));

                    // then
                    assertThat(exitCode).as(worker.said()).isZero();
                    assertThat(kind.firstFrame(first).minusNanos(worker.startedNs()))
                            .as("first output frame after the worker's start")
                            .isLessThan(Duration.ofSeconds(5));
                    assertUnchanged(kind == Server.NGINX ? Packets.ofFile(source) : arrived, aired);
                    assertOnTime(arrived, aired);
                    assertThat(worker.lastMetrics().sum("worker_latency_ms"))
                            .as("worker_latency_ms")
                            .isGreaterThan(0)
                            .isLessThan(300);
                    assertSegmentsWritten(worker, aired);
                }
            } finally {
                Shell.stop(publisher);
            }
        }
    }

    /**
     * Both tracks are one unbroken run of the source up to its end, and take as long as they do in the source. MediaMTX writes access units
     * anew, without what it knows from the header: there the source is what a reader beside the worker gets.
     */
    private static void assertUnchanged(List<Packet> source, List<Packet> aired) {
        for (boolean video : new boolean[] {true, false}) {
            List<Packet> wanted = video ? Packets.video(source) : Packets.audio(source);
            List<Packet> got = video ? Packets.video(aired) : Packets.audio(aired);
            Packets.Match match = Packets.match(wanted, got);
            String track = video ? "video" : "audio";
            assertThat(match.matched())
                    .as("%s packets that are the source's, in its order: %s".formatted(track, match))
                    .isEqualTo(got.size())
                    .isGreaterThan(400);
            List<Packet> covered = wanted.subList(match.startsAt(), wanted.size());
            assertThat(Packets.spanMs(got))
                    .as("duration of the %s, ms".formatted(track))
                    .isCloseTo(Packets.spanMs(covered), within(100L));
        }
    }

    private static void assertOnTime(List<Packet> arrived, List<Packet> aired) {
        long[] latencies = Packets.latenciesMs(arrived, aired);
        System.out.printf(
                "passthrough: latency median %d ms, 95 %% %d ms, longest %d ms; longest stall in %d ms, out %d ms%n",
                Packets.percentile(latencies, 0.5),
                Packets.percentile(latencies, 0.95),
                latencies[latencies.length - 1],
                Packets.longestStallMs(arrived),
                Packets.longestStallMs(aired));
        assertThat(latencies.length).as("packets whose latency is known").isGreaterThan(500);
        assertThat(Packets.percentile(latencies, 0.95)).as("latency, ms").isLessThan(300);
        assertThat(Packets.longestStallMs(aired)).as("longest stall, ms").isLessThan(500);
    }

    private static void assertSegmentsWritten(WorkerProcess worker, List<Packet> aired) throws Exception {
        long whole = Packets.spanMs(Packets.video(aired)) / (SEGMENT_S * 1000);
        assertThat(whole).isGreaterThanOrEqualTo(2);
        for (int batch = 0; batch < whole; batch++) {
            for (String track : new String[] {"video.mp4", "audio.m4a"}) {
                Path file = worker.segments().resolve("relay/%06d_%s".formatted(batch, track));
                assertThat(file).exists();
                assertThat(Ffmpeg.warnings(file))
                        .as("warnings of a decoder on " + file)
                        .isEmpty();
            }
        }
        try (Stream<Path> files = Files.list(worker.segments().resolve("relay"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("only whole files under their names")
                    .allMatch(name -> name.matches("\\d{6}_(video\\.mp4|audio\\.m4a)"));
        }
    }

    @AfterAll
    static void nothingIsLeft() {
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .as("processes left behind")
                .isEmpty();
    }
}
