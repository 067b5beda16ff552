package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** Sources at the edges of what is sent: dubbed in short segments, and relayed from the middle of a GOP. */
@Tag("in-pairs")
class OddSourcesIT {
    private static final int SECONDS = 16;
    private static final String TONE = "aevalsrc=0.3*sin(440*2*PI*t)*lt(mod(t\\,1)\\,0.5)+0.01*random(0):s=%d:c=%s";

    /** What is fed in. */
    enum Kind {
        TINY("testsrc2=size=160x120:rate=15", 22_050, "mono", "-g", "15", "-b:a", "96k"),
        SIXTY("testsrc2=size=640x360:rate=60", 48_000, "stereo", "-g", "60", "-b:a", "128k"),
        ONE_KEYFRAME("testsrc2=size=320x180:rate=25", 44_100, "stereo", "-g", "9999", "-b:a", "64k");

        final String video;
        final int sampleRateHz;
        final String channels;
        final List<String> options;

        Kind(String video, int sampleRateHz, String channels, String... options) {
            this.video = video;
            this.sampleRateHz = sampleRateHz;
            this.channels = channels;
            this.options = List.of(options);
        }

        String id() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        Path file() {
            String[] all =
                    Stream.concat(Stream.of("-bf", "0"), options.stream()).toArray(String[]::new);
            return Ffmpeg.generate(
                    "odd-%s-%d.flv".formatted(id(), SECONDS),
                    SECONDS,
                    video,
                    TONE.formatted(sampleRateHz, channels),
                    all);
        }
    }

    @TempDir
    static Path folder;

    private static EchoProcess echo;
    private static List<DubbedRun> runs = List.of();

    @BeforeAll
    static void stream() {
        List<Path> files = Stream.of(Kind.values()).map(Kind::file).toList();
        echo = EchoProcess.start();
        runs = Stream.of(Kind.values())
                .map(kind -> new DubbedRun(
                        kind.id(),
                        files.get(kind.ordinal()),
                        folder,
                        echo,
                        Map.of("WORKER_SEGMENT_DURATION", "2s", "WORKER_AV_OFFSET_NS", "2000000000")))
                .toList();
        runs.forEach(run -> run.finish(Duration.ofSeconds(SECONDS)));
    }

    @AfterAll
    static void stop() {
        runs.forEach(DubbedRun::close);
        echo.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itIsDubbedWhole(Kind kind) {
        DubbedRun run = runs.get(kind.ordinal());

        assertThat(run.exitCode()).as(run.worker().said()).isZero();
        assertThat(run.metrics().sum("worker_segments_dubbed_total"))
                .as(run.worker().said())
                .isEqualTo(SECONDS / 2);
        assertThat(run.metrics().sum("worker_fallback_total")).isZero();
        assertThat(echo.state().path("violations")).isEmpty();
        thePictureIsWhole(kind, run);
        double frameMs = 1024_000.0 / kind.sampleRateHz;
        assertThat(Packets.audioErrorsMs(Packets.audio(run.aired()), kind.sampleRateHz))
                .allMatch(error -> Math.abs(error) <= frameMs);
        if (!Packets.video(run.aired()).isEmpty()) {
            assertThat(MediaServer.withoutTheServers(Ffmpeg.warnings(run.recording())))
                    .isEmpty();
        }
    }

    /** A server that does not wait for a keyframe lets a reader in anywhere; a viewer gets the stream from a keyframe on. */
    /** A viewer who was let in behind the only keyframe sees no picture, which happens on MediaMTX: there what was sent to him is counted. */
    private static void thePictureIsWhole(Kind kind, DubbedRun run) {
        List<Packet> original = Packets.video(run.original());
        List<Packet> aired = Packets.video(run.aired());
        if (MediaServer.MEDIAMTX && kind == Kind.ONE_KEYFRAME && aired.isEmpty()) {
            assertThat(run.metrics().sum("worker_output_frames_total", "track", "video"))
                    .as("pictures sent")
                    .isBetween(original.size() - 2.0, original.size() + 0.0);
            return;
        }
        Packets.Match picture = Packets.match(MediaServer.visible(original, aired), aired);
        assertThat(picture.startsAt()).isZero();
        assertThat(picture.matched()).isEqualTo(aired.size());
        assertThat(picture.left()).as("pictures missing at the end").isLessThanOrEqualTo(2);
    }

    @Test
    void aReaderThatIsLetInBetweenKeyframesBeginsAtTheNext() {
        Path source = LabSource.path("plain", 20);
        List<Packet> pictures = Packets.video(Packets.ofFile(source));
        String free = "    application free/x { live on; idle_streams off; wait_key off; }\n";
        try (NginxRtmp server = NginxRtmp.start("off", List.of("x"), free);
                LiveReader out = LiveReader.start(server.url("live/x/out"), folder.resolve("free.flv"))) {
            Process publisher = Ffmpeg.publish(source, server.url("free/x/in"));
            try (LiveReader in = LiveReader.start(server.url("free/x/in"), folder.resolve("in.flv"))) {
                in.first(Duration.ofSeconds(10));
                try (WorkerProcess worker = WorkerProcess.run("x")
                        .on(server)
                        .passthrough()
                        .segments(folder.resolve("free"))
                        .arg("--input-url", server.url("free/x/in"))
                        .start()) {
                    assertThat(worker.awaitExit(Duration.ofSeconds(50)))
                            .as(worker.said())
                            .isZero();
                    List<Packet> aired = Packets.video(out.toEnd(Duration.ofSeconds(5)));
                    Packets.Match match = Packets.match(pictures, aired);
                    assertThat(aired.get(0).key()).isTrue();
                    assertThat(match.matched()).isEqualTo(aired.size()).isGreaterThan(200);
                    assertThat(match.left()).isLessThanOrEqualTo(2);
                    assertThat(Ffmpeg.warnings(out.recording())).isEmpty();
                }
            } finally {
                Shell.stop(publisher);
            }
        }
    }
}
