package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.MediaMtx;
import io.livedub.support.MediaServer;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A source that is killed, and comes back ten seconds later, on real servers. The rows that it measured stand in {@code target/slate-figures.md},
 * from which docs/slate.md has them.
 */
@Tag("in-pairs")
class SlateIT {
    private static final Duration AWAY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The slate's second, and what a loaded machine adds. */
    private static final long MOST_PAUSE_MS = 1200;

    private static NginxRtmp nginx;
    private static Path source;
    private static Path film;

    @BeforeAll
    static void start() throws IOException {
        nginx = NginxRtmp.start("relayedheld", "dubbedheld", "dubbedfilm", "relayedfilm");
        source = Ffmpeg.small(70);
        // Encoded as the source is: the parameter sets have to be the same.
        film = Ffmpeg.generate(
                "slate-3.mp4",
                3,
                "color=c=navy:size=320x180:rate=30",
                "sine=frequency=330:sample_rate=48000,aformat=channel_layouts=stereo",
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "300k",
                "-b:a",
                "96k");
        Files.deleteIfExists(rows());
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    private static Path rows() {
        return Shell.target().resolve("slate-figures.md");
    }

    @TestFactory
    Stream<DynamicTest> aReaderSeesPicturesAllAlong() {
        SideBySide tests = new SideBySide()
                .add("nginx-rtmp, passthrough, hold", () -> play(nginx, "relayedheld", false, false))
                .add("nginx-rtmp, dubbed, hold", () -> play(nginx, "dubbedheld", true, false))
                .add("nginx-rtmp, passthrough, film", () -> play(nginx, "relayedfilm", false, true))
                .add("nginx-rtmp, dubbed, film", () -> play(nginx, "dubbedfilm", true, true));
        if (MediaMtx.program().isPresent()) {
            tests.add("MediaMTX, passthrough, hold", () -> mediaMtx("mtxrelayed", false, false))
                    .add("MediaMTX, dubbed, film", () -> mediaMtx("mtxdubbed", true, true));
        }
        return tests.play();
    }

    private void mediaMtx(String id, boolean dubbed, boolean withFilm) throws Exception {
        try (MediaServer server = MediaMtx.start(true)) {
            play(server, id, dubbed, withFilm);
        }
    }

    private void play(MediaServer server, String id, boolean dubbed, boolean withFilm) throws Exception {
        try (EchoServer sts = new EchoServer(EchoOptions.defaults()).start();
                Broadcast stream = new Broadcast(server, id)) {
            stream.publish(source.toString(), "--start-ms", "500000000");
            WorkerProcess worker = stream.work(run -> how(run, dubbed, sts.url(), withFilm));
            stream.airs(Duration.ofSeconds(6));
            stream.killPublisher();
            long killedNs = System.nanoTime();
            worker.awaitLog("slate: nothing of the source is left to air", PATIENCE);
            Awaitility.await("the time without a source")
                    .atMost(PATIENCE)
                    .until(() -> System.nanoTime() - killedNs >= AWAY.toNanos());
            stream.startPublishing(source.toString(), "--from", "30");
            worker.awaitLog("slate: the source airs again", PATIENCE);
            int seen = stream.seen().size();
            Awaitility.await("the source again")
                    .atMost(PATIENCE)
                    .until(() -> stream.seen().size() > seen + 400);
            worker.signal("TERM");
            judge(server, dubbed, withFilm, stream.untilItEnds(PATIENCE), stream.recording());
        }
    }

    private static WorkerRun how(WorkerRun run, boolean dubbed, String stsUrl, boolean withFilm) {
        WorkerRun with =
                run.env("WORKER_SLATE", withFilm ? film.toString() : "hold").env("WORKER_SOURCE_GRACE_MS", "30000");
        return dubbed ? with.dubbedBy(stsUrl).env("WORKER_SEGMENT_DURATION", "2s") : with.passthrough();
    }

    private static void judge(MediaServer server, boolean dubbed, boolean withFilm, Aired aired, Path recording)
            throws IOException {
        long pauseMs = Packets.longestStallMs(aired.video());
        double seconds = aired.metrics().sum("worker_slate_seconds_total");
        row(server, dubbed, withFilm, pauseMs, seconds);

        assertThat(aired.exitCode()).isIn(0, 143);
        assertThat(pauseMs).as("longest pause of the picture at the reader").isLessThanOrEqualTo(MOST_PAUSE_MS);
        aired.pictureGoesForward();
        assertThat(seconds).as("seconds of slate").isBetween(8.0, 16.0);
        assertThat(aired.worker().output().stream()
                        .filter(line -> line.message().startsWith("slate: ")))
                .as("lines of the slate's beginning and end")
                .hasSize(2);
        assertThat(Ffmpeg.warnings(recording))
                .as("what a decoder says of all that the reader got")
                .isEmpty();
        List<Packet> source = Packets.ofFile(SlateIT.source);
        withoutRepeats(aired).audioIsWholeBut(2).inSync(source, 48_000);
    }

    /**
     * The slate shows a picture of the source again, which is not beside its sound then. Nor is the first picture behind it, where it comes later
     * than the last one of the slate was due.
     */
    private static Aired withoutRepeats(Aired aired) {
        Set<String> shown = new HashSet<>();
        List<Packet> once = new ArrayList<>();
        boolean behindRepeat = false;
        for (Packet packet : aired.output()) {
            boolean repeat = packet.video() && !shown.add(packet.digest());
            if (!packet.video() || !repeat && !behindRepeat) {
                once.add(packet);
            }
            behindRepeat = packet.video() ? repeat : behindRepeat;
        }
        return new Aired(aired.id(), aired.exitCode(), once, aired.worker());
    }

    private static synchronized void row(
            MediaServer server, boolean dubbed, boolean withFilm, long pauseMs, double seconds) throws IOException {
        String row = String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d ms | %.1f s |%n",
                server instanceof NginxRtmp ? "nginx-rtmp" : "MediaMTX",
                dubbed ? "dubbed, segments of 2 s" : "passthrough",
                withFilm ? "a film" : "`hold`",
                pauseMs,
                seconds);
        System.out.print(row);
        Files.writeString(rows(), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
