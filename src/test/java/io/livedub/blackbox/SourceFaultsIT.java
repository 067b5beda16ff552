package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import io.livedub.support.MediaServer;
import io.livedub.support.Outage;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sources that fail, come back, stop one track, change, count anew. The service answers with the source's own
 * bytes, so that each frame of the output can be found in the source, sound too.
 */
@Tag("many-streams")
class SourceFaultsIT {
    private static final int RATE = 48_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String[] IDS = {
        "back",
        "relayed",
        "othersound",
        "replaced",
        "inputfrozen",
        "noaudio",
        "lateaudio",
        "novideo",
        "changed",
        "wrap",
        "ahead",
        "behind"
    };

    private static MediaServer server;
    private static Path file;
    private static Path other;
    private static List<Packet> source;

    @BeforeAll
    static void start() {
        server = MediaServer.start(IDS);
        file = Ffmpeg.small(40);
        other = Ffmpeg.generate(
                "other-20.flv",
                20,
                "testsrc2=size=480x270:rate=30,hue=h=90",
                "aevalsrc=0.4*sin(660*2*PI*t)*lt(mod(t\\,1)\\,0.1)+0.01*random(1):s=48000:c=stereo",
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "300k",
                "-b:a",
                "96k");
        source = Packets.ofFile(file);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> the_output_goes_on() {
        return new SideBySide()
                .add("server of the input frozen for 8 s", this::inputFrozen)
                .add("publisher killed and back after 3 s, counting anew", this::back)
                .add("publisher replaced at once by another encoder", this::replaced)
                .add("publisher replaced by one with other sound", this::otherSound)
                .add("passthrough: publisher killed and back after 3 s", this::relayed)
                .add("sound stops for 5 s", this::noAudio)
                .add("sound begins seconds after the picture", this::lateAudio)
                .add("picture stops for 4 s", this::noVideo)
                .add("resolution and parameter sets change", this::changed)
                .add("timestamps wrap at 32 bits", this::wrap)
                .add("timestamps jump an hour ahead", () -> jump("ahead", 0, 3_600_000))
                .add("timestamps go back", () -> jump("behind", 500_000_000, -400_000_000))
                .play();
    }

    private void back() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "back")) {
            Path longer = Ffmpeg.small(55);
            List<Packet> all = Packets.ofFile(longer);
            stream.publish(longer.toString(), "--start-ms", "500000000");
            WorkerProcess worker = work(stream, sts, 7000);
            stream.airs(Duration.ofSeconds(6));
            stream.killPublisher();
            worker.awaitLog("live -> source-lost", PATIENCE);
            Outage.lasts(Duration.ofSeconds(3));
            stream.startPublishing(longer.toString(), "--from", "35");
            worker.awaitLog("source-lost -> live", PATIENCE);
            int batches = sts.fragments().size();
            Awaitility.await("dubbed again")
                    .atMost(PATIENCE)
                    .until(() -> sts.fragments().size() >= batches + 3);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            List<int[]> pieces = aired.pieces(all);
            assertThat(pieces).hasSize(2);
            assertThat(Packets.video(all).get(pieces.get(1)[0]).key()).isTrue();
            toldToPauseOnce(sts, aired);
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .alwaysFlows()
                    .inSync(all, RATE)
                    .countsAddUp();
        }
    }

    private void replaced() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "replaced")) {
            stream.publish(file.toString());
            WorkerProcess worker = work(stream, sts, 7000);
            stream.airs(Duration.ofSeconds(6));
            stream.killPublisher();
            stream.startPublishing(other.toString());
            worker.awaitLog("source-lost -> live", PATIENCE);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            List<Packet> both = joined(file, other);
            assertThat(aired.pieces(both)).hasSize(2);
            assertThat(aired.dubbedSegments()).isGreaterThanOrEqualTo(10);
            toldToPauseOnce(sts, aired);
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .alwaysFlows()
                    .inSync(both, RATE)
                    .countsAddUp();
        }
    }

    private void relayed() throws Exception {
        try (Broadcast stream = new Broadcast(server, "relayed")) {
            Path longer = Ffmpeg.small(55);
            List<Packet> all = Packets.ofFile(longer);
            stream.publish(longer.toString(), "--start-ms", "500000000");
            WorkerProcess worker = stream.work(run -> run.passthrough().env("WORKER_SOURCE_GRACE_MS", "7000"));
            stream.airs(Duration.ofSeconds(6));
            stream.killPublisher();
            worker.awaitLog("live -> source-lost", PATIENCE);
            Outage.lasts(Duration.ofSeconds(3));
            stream.startPublishing(longer.toString(), "--from", "45");
            worker.awaitLog("source-lost -> live", PATIENCE);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.pieces(all)).hasSize(2);
            // No alwaysFlows(): a hole of under 8 s is filled with silence when it ends, so that a source that has
            // ended is not made longer.
            aired.pictureGoesForward().audioIsWhole(RATE).inSync(all, RATE);
        }
    }

    private void otherSound() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "othersound")) {
            Path mono = Ffmpeg.mono25(15);
            stream.publish(file.toString());
            WorkerProcess worker = work(stream, sts, 7000);
            stream.airs(Duration.ofSeconds(6));
            stream.killPublisher();
            stream.startPublishing(mono.toString());
            worker.awaitLog("source-lost -> live", PATIENCE);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            List<Packet> both = joined(file, mono);
            assertThat(aired.pieces(both)).hasSize(2);
            assertThat(aired.dubbed().values()).endsWith(true);
            // Frames of 21 and of 23 ms follow each other.
            aired.pictureGoesForward().alwaysFlows().inSync(both, 44_100).countsAddUp();
            for (int i = 1; i < aired.audio().size(); i++) {
                assertThat(aired.audio().get(i).dtsMs()
                                - aired.audio().get(i - 1).dtsMs())
                        .as("ms from audio frame %d to the next", i - 1)
                        .isBetween(1L, 47L);
            }
        }
    }

    private void inputFrozen() throws Exception {
        try (MediaServer input = MediaServer.start("inputfrozen");
                EchoServer sts = sts();
                Broadcast stream = new Broadcast(input, server, "inputfrozen")) {
            stream.publish(file.toString());
            WorkerProcess worker = work(stream, sts, 7000);
            stream.airs(Duration.ofSeconds(5));
            input.freeze();
            worker.awaitLog("live -> source-lost", Duration.ofSeconds(12));
            Outage.lasts(Duration.ofSeconds(3));
            input.thaw();
            worker.awaitLog("source-lost -> live", PATIENCE);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.pieces(source)).hasSizeBetween(2, 3);
            assertThat(aired.dubbed().values()).endsWith(true);
            toldToPauseOnce(sts, aired);
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .alwaysFlows()
                    .inSync(source, RATE)
                    .countsAddUp();
        }
    }

    private void noAudio() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "noaudio")) {
            stream.publish(file.toString(), "--from", "8", "--without-audio", "27:32");
            work(stream, sts, 1000);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.pieces(source)).hasSize(1);
            beganBefore(25, aired);
            long foreign = foreignSound(aired);
            assertThat(foreign).as("silent frames").isBetween(230L, 240L);
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .neverStalls()
                    .inSync(source, RATE)
                    .countsAddUp();
        }
    }

    private void lateAudio() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "lateaudio")) {
            WorkerProcess worker = work(stream, sts, 1000);
            Awaitility.await("the worker is up")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> worker.metrics().has("worker_stream_state"));
            stream.startPublishing(Ffmpeg.small(20).toString(), "--without-audio", "0:6");
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.pieces(source)).hasSize(1);
            aired.pictureGoesForward().neverStalls().inSync(source, RATE).countsAddUp();
        }
    }

    private void noVideo() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "novideo")) {
            stream.publish(file.toString(), "--from", "8", "--without-video", "27:31");
            work(stream, sts, 1000);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.pieces(source)).hasSize(2);
            beganBefore(25, aired);
            assertThat(foreignSound(aired)).as("silent frames").isLessThanOrEqualTo(2);
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .alwaysFlows()
                    .inSync(source, RATE)
                    .countsAddUp();
        }
    }

    private void changed() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "changed")) {
            Path first = Ffmpeg.small(20);
            stream.publish(first.toString(), other.toString());
            work(stream, sts, 1000);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            List<Packet> both = joined(first, other);
            assertThat(aired.pieces(both)).hasSize(1);
            assertThat(aired.pieces(both).get(0)[0]).as("first access unit").isLessThan(18 * 30);
            assertThat(MediaServer.withoutTheServers(Ffmpeg.warnings(stream.recording())))
                    .isEmpty();
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .neverStalls()
                    .inSync(both, RATE)
                    .countsAddUp();
        }
    }

    private void wrap() throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, "wrap")) {
            stream.publish(file.toString(), "--from", "12", "--start-ms", Long.toString((1L << 32) - 18_000));
            work(stream, sts, 1000);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            beganBefore(28, aired);
            if (MediaServer.MEDIAMTX) {
                // It sends its readers away there: "DTS is not monotonically increasing".
                assertThat(aired.pieces(source)).hasSize(2);
                aired.alwaysFlows();
            } else {
                assertThat(aired.pieces(source)).hasSize(1);
                assertThat(foreignSound(aired)).as("silent frames").isZero();
                aired.neverStalls();
            }
            aired.pictureGoesForward().audioIsWhole(RATE).inSync(source, RATE).countsAddUp();
        }
    }

    private void jump(String id, long startMs, long byMs) throws Exception {
        try (EchoServer sts = sts();
                Broadcast stream = new Broadcast(server, id)) {
            stream.publish(
                    file.toString(), "--from", "12", "--start-ms", Long.toString(startMs), "--jump", "30:" + byMs);
            work(stream, sts, 1000);
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            // A new zero is the next keyframe: what lies before it is gone.
            assertThat(aired.pieces(source)).hasSizeBetween(1, 2);
            beganBefore(28, aired);
            aired.pictureGoesForward()
                    .audioIsWhole(RATE)
                    .alwaysFlows()
                    .inSync(source, RATE)
                    .countsAddUp();
        }
    }

    private static WorkerProcess work(Broadcast stream, EchoServer sts, int graceMs) {
        return stream.work(run -> run.dubbedBy(sts.url())
                .env("WORKER_SEGMENT_DURATION", "2s")
                .env("WORKER_AV_OFFSET_NS", "2000000000")
                .env("WORKER_SOURCE_GRACE_MS", Integer.toString(graceMs)));
    }

    private static EchoServer sts() throws IOException {
        return new EchoServer(EchoOptions.defaults()).start();
    }

    private static List<Packet> joined(Path first, Path second) {
        List<Packet> both = new ArrayList<>(Packets.ofFile(first));
        long end = both.get(both.size() - 1).dtsMs() + 10_000;
        for (Packet packet : Packets.ofFile(second)) {
            both.add(new Packet(
                    packet.track(),
                    packet.dtsMs() + end,
                    packet.ptsMs() + end,
                    packet.key(),
                    packet.size(),
                    packet.digest(),
                    0,
                    0,
                    packet.config()));
        }
        return both;
    }

    private static long foreignSound(Aired aired) {
        var own = source.stream().map(Packet::digest).collect(java.util.stream.Collectors.toSet());
        return aired.audio().stream()
                .filter(packet -> !own.contains(packet.digest()))
                .count();
    }

    /** The fault was in what was read. */
    private static void beganBefore(int second, Aired aired) {
        assertThat(aired.pieces(source).get(0)[0]).as("first access unit").isLessThan(second * 30);
    }

    private static void toldToPauseOnce(EchoServer sts, Aired aired) {
        assertThat(sts.state().path("counts").path("event stream:pause").asInt())
                .as("pauses: the loss, and the end")
                .isEqualTo(2);
        assertThat(sts.state().path("counts").path("event stream:resume").asInt())
                .isEqualTo(1);
        assertThat(sts.sessions()).hasSize(1);
        assertThat(sts.violations()).isEmpty();
        assertThat(aired.transitions("stream")).containsSubsequence("live>source-lost", "source-lost>live");
    }
}
