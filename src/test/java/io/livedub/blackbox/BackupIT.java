package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
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
 * A source that is killed and comes back, with a backup beside it, on real servers. The rows that it measured stand in
 * {@code target/backup-figures.md}, from which docs/backup.md has them.
 */
@Tag("in-pairs")
class BackupIT {
    private static final int RATE = 48_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The contract's bound. */
    private static final long MOST_GAP_MS = 2000;

    private static NginxRtmp nginx;
    private static Path first;
    private static Path backup;

    @BeforeAll
    static void start() throws IOException {
        nginx = NginxRtmp.start("relayed", "dubbed", "formats");
        first = source("first-70.flv", "testsrc2=size=320x180:rate=30", 440);
        backup = source("backup-70.flv", "testsrc2=size=320x180:rate=30,hue=h=90", 660);
        Files.deleteIfExists(rows());
    }

    private static Path source(String name, String picture, int beepHz) {
        return Ffmpeg.generate(
                name,
                70,
                picture,
                "aevalsrc=0.4*sin(%d*2*PI*t)*lt(mod(t\\,1)\\,0.1)+0.01*random(1):s=48000:c=stereo".formatted(beepHz),
                "-g",
                "60",
                "-bf",
                "2",
                "-b:v",
                "300k",
                "-b:a",
                "96k");
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    private static Path rows() {
        return Shell.target().resolve("backup-figures.md");
    }

    @TestFactory
    Stream<DynamicTest> theOutputGoesOn() {
        SideBySide tests = new SideBySide(3)
                .add("nginx-rtmp, passthrough", () -> play(nginx, "relayed", backup, false))
                .add("nginx-rtmp, dubbed", () -> play(nginx, "dubbed", backup, true))
                .add(
                        "nginx-rtmp, dubbed, backup of other formats",
                        () -> play(nginx, "formats", Ffmpeg.mono25(70), true));
        if (MediaMtx.program().isPresent()) {
            tests.add("MediaMTX, passthrough", () -> mediaMtx("mtxrelayed", false))
                    .add("MediaMTX, dubbed", () -> mediaMtx("mtxdubbed", true));
        }
        return tests.play();
    }

    private void mediaMtx(String id, boolean dubbed) throws Exception {
        try (MediaServer server = MediaMtx.start(true)) {
            play(server, id, backup, dubbed);
        }
    }

    private void play(MediaServer server, String id, Path its, boolean dubbed) throws Exception {
        Path log = Files.createTempFile(Shell.target(), "backup", ".log");
        Process beside = Shell.start(
                log,
                "python3",
                "src/test/python/publish.py",
                server.url("live/" + id + "/in-backup"),
                its.toString(),
                "--start-ms",
                "77000");
        try (EchoServer sts = new EchoServer(EchoOptions.defaults()).start();
                Broadcast stream = new Broadcast(server, id)) {
            stream.publish(first.toString(), "--start-ms", "500000000");
            isThere(server.url("live/" + id + "/in"));
            WorkerProcess worker = stream.work(run -> how(run, dubbed, sts.url()));
            stream.airs(Duration.ofSeconds(6));
            stream.killPublisher();
            worker.awaitLog("the backup source is on air now", PATIENCE);
            stream.startPublishing(first.toString(), "--from", "30");
            worker.awaitLog("the first source is on air now", PATIENCE);
            int seen = stream.seen().size();
            org.awaitility.Awaitility.await("the first source again")
                    .atMost(PATIENCE)
                    .until(() -> stream.seen().size() > seen + 300);
            worker.signal("TERM");
            Aired aired = stream.untilItEnds(PATIENCE);

            judge(server, its, dubbed, aired);
            if (dubbed) {
                assertThat(sts.fragments()).as("fragments of one session").isNotEmpty();
                assertThat(aired.metrics().sum("worker_reconnections_total")).isZero();
            }
        } finally {
            beside.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }

    /** Of two sources the one that comes late is not the first one on air. */
    private static void isThere(String url) throws IOException {
        Path seen = Files.createTempFile(Shell.target(), "there", ".flv");
        try (LiveReader viewer = LiveReader.start(url, seen)) {
            viewer.first(PATIENCE);
        } finally {
            Files.deleteIfExists(seen);
        }
    }

    private static WorkerRun how(WorkerRun run, boolean dubbed, String stsUrl) {
        WorkerRun with = run.env("WORKER_BACKUP", "on").env("WORKER_SOURCE_GRACE_MS", "30000");
        return dubbed ? with.dubbedBy(stsUrl).env("WORKER_SEGMENT_DURATION", "2s") : with.passthrough();
    }

    private static void judge(MediaServer server, Path its, boolean dubbed, Aired aired) throws IOException {
        List<Packet> both = new ArrayList<>(Packets.ofFile(first));
        both.addAll(later(Packets.ofFile(its), 200_000));
        Map<String, Integer> indices = new HashMap<>();
        Packets.video(both).forEach(packet -> indices.putIfAbsent(packet.digest(), indices.size()));
        int ofFirst = Packets.video(Packets.ofFile(first)).size();
        // MediaMTX puts parameter sets into keyframes: they are not what was published, byte by byte.
        boolean whole = server instanceof NginxRtmp;
        List<Packet> known = aired.video().stream()
                .filter(packet -> whole || !packet.key() || indices.containsKey(packet.digest()))
                .toList();
        List<Integer> order = known.stream()
                .map(packet -> indices.getOrDefault(packet.digest(), -1))
                .toList();

        assertThat(order).as("access units of neither source").doesNotContain(-1);
        int changes = 0;
        int holes = 0;
        for (int i = 1; i < order.size(); i++) {
            boolean same = order.get(i) < ofFirst == order.get(i - 1) < ofFirst;
            changes += same ? 0 : 1;
            int step = order.get(i) - order.get(i - 1);
            holes += same && step != 1 && (whole || step != 2) ? 1 : 0;
            if (!same && whole) {
                assertThat(known.get(i).key())
                        .as("a source begins with a keyframe")
                        .isTrue();
            }
        }
        long gapMs = Packets.longestStallMs(aired.video());
        long stampsMs = longestStepMs(aired.video());
        row(server, dubbed, its, gapMs, stampsMs);
        assertThat(changes).as("changes of the source").isEqualTo(2);
        assertThat(holes).as("holes within one source").isZero();
        assertThat(gapMs).as("gap at the reader").isLessThanOrEqualTo(MOST_GAP_MS);
        assertThat(stampsMs).as("gap of the picture's time stamps").isLessThanOrEqualTo(MOST_GAP_MS);
        aired.pictureGoesForward().audioIsWholeBut(2).inSync(both, its == backup ? RATE : 44_100);
    }

    private static long longestStepMs(List<Packet> track) {
        long longest = 0;
        for (int i = 1; i < track.size(); i++) {
            longest = Math.max(longest, track.get(i).dtsMs() - track.get(i - 1).dtsMs());
        }
        return longest;
    }

    private static synchronized void row(MediaServer server, boolean dubbed, Path its, long gapMs, long stampsMs)
            throws IOException {
        String row = String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d ms | %d ms |%n",
                server instanceof NginxRtmp ? "nginx-rtmp" : "MediaMTX",
                dubbed ? "dubbed, segments of 2 s" : "passthrough",
                its == backup ? "the same formats" : "other picture and sound formats",
                gapMs,
                stampsMs);
        System.out.print(row);
        Files.writeString(rows(), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The same, so much later: sound is compared with pictures of its own source only. */
    private static List<Packet> later(List<Packet> packets, long ms) {
        return packets.stream()
                .map(packet -> new Packet(
                        packet.track(),
                        packet.dtsMs() + ms,
                        packet.ptsMs() + ms,
                        packet.key(),
                        packet.size(),
                        packet.digest(),
                        0,
                        0,
                        packet.config()))
                .toList();
    }
}
