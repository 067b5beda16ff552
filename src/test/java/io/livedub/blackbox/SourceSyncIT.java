package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.FlashAndBeep;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flash and beep of sources that misbehave, dubbed and relayed from one publisher: they are as far apart as the source has them, to one AAC
 * frame, at the start, in the middle and at the end.
 */
@Tag("in-pairs")
class SourceSyncIT {
    private static final int SECONDS = 18;
    private static final int HE_AAC_SECONDS = 14;
    private static final double FRAME_MS = 24;
    /** Pictures that a source leaves out, or that pass before its readers are let in: on MediaMTX worker and viewer each wait for the second keyframe. */
    private static final int MOST_MISSED = MediaServer.MEDIAMTX ? 250 : 160;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the source does, as arguments of {@code publish.py}. */
    enum Fault {
        SOUND_STOPS("--without-audio", "10:15"),
        SOUND_BEGINS_LATE("--without-audio", "0:4"),
        PICTURE_STOPS("--without-video", "10:14"),
        BOTH_PAUSE("--without-audio", "10:13", "--without-video", "10:13"),
        SOUND_COMES_LATE("--audio-delay", "500"),
        SOUND_COMES_EARLY("--audio-delay", "-500"),
        SOUND_HAS_HOLES("--drop-audio", "40"),
        /** Ten times what a sound card does, so that it shows in seconds. */
        SOUND_WALKS("--audio-ppm", "2000"),
        STAMPS_WRAP("--start-ms", Long.toString((1L << 32) - 11_000)),
        STAMPS_JUMP_AHEAD("--jump", "11.5:3600000"),
        STAMPS_GO_BACK("--start-ms", "500000000", "--jump", "11.5:-400000000"),
        STAMPS_GO_BACK_OVER_A_HOLE(
                "--start-ms", "500000000", "--jump", "11.5:-400000000", "--without-audio", "11.2:12"),
        NEGATIVE_COMPOSITION("--negative-composition", "66"),
        PICTURE_CHANGES(),
        SOUND_CHANGES_RATE(),
        /** To mono, and then to HE-AAC, with a voice that has to be fitted to each. */
        SOUND_CHANGES_TWICE(),
        HE_AAC(),
        HE_AAC_V2_IMPLICIT("--audio-config", "1308");

        final List<String> arguments;

        Fault(String... arguments) {
            this.arguments = List.of(arguments);
        }

        String id() {
            return name().toLowerCase(Locale.ROOT).replace("_", "");
        }

        List<Path> files() {
            return switch (this) {
                case NEGATIVE_COMPOSITION -> List.of(Ffmpeg.flashing("bframes", SECONDS, "-bf", "3"));
                case PICTURE_CHANGES ->
                    List.of(
                            Ffmpeg.flashing("plain", SECONDS / 2),
                            Ffmpeg.flashing("large", SECONDS / 2, "-s", "480x270"));
                case SOUND_CHANGES_RATE ->
                    List.of(
                            Ffmpeg.flashing("plain", SECONDS / 2),
                            Ffmpeg.flashing("44100", SECONDS / 2, "-ar", "44100"));
                case SOUND_CHANGES_TWICE ->
                    List.of(
                            Ffmpeg.flashing("plain", SECONDS / 3),
                            Ffmpeg.flashing("mono", SECONDS / 3, "-ac", "1"),
                            withSoundOf("he-aac", SECONDS / 3));
                case HE_AAC -> List.of(withSoundOf("he-aac", HE_AAC_SECONDS));
                case HE_AAC_V2_IMPLICIT -> List.of(withSoundOf("he-aac-v2", HE_AAC_SECONDS));
                default -> List.of(Ffmpeg.flashing("plain", SECONDS));
            };
        }

        /** A recording of its input cannot be measured: its own distance is the file's. */
        boolean jumps() {
            return name().startsWith("STAMPS");
        }

        /** The connection is lost on the way, or the zero is another: some of the source is left out. */
        boolean loses() {
            // MediaMTX sends its readers away where stamps wrap.
            return jumps() && (this != STAMPS_WRAP || MediaServer.MEDIAMTX);
        }

        boolean heAac() {
            return name().startsWith("HE_AAC");
        }

        /** What comes back has to be decoded, fitted and encoded. */
        boolean robot() {
            return heAac() || this == SOUND_CHANGES_TWICE;
        }

        /**
         * A voice that is made anew begins with its segment, and of HE-AAC the service does not hear the last 20 ms, which its decoder still holds: a
         * beep across a joint is late by that, and no part of this. So joints and beeps, at whole seconds, are kept apart.
         */
        String segments() {
            return robot() ? "2.3s" : "2s";
        }

        /** A voice that is made anew takes a second for the first segment, while echo and worker are cold. */
        String offsetNs() {
            return robot() ? "4000000000" : "2000000000";
        }

        /** Sampling rates and channels that STS has to be told of, in order. */
        List<String> announced() {
            return switch (this) {
                case SOUND_CHANGES_RATE -> List.of("48000/2", "44100/2");
                case SOUND_CHANGES_TWICE -> List.of("48000/2", "48000/1", "24000/2");
                case HE_AAC -> List.of("24000/2");
                case HE_AAC_V2_IMPLICIT -> List.of("24000/1");
                default -> List.of("48000/2");
            };
        }

        int seconds() {
            return heAac() ? HE_AAC_SECONDS : SECONDS;
        }

        /** Of the core, which counts 1024 samples a frame. */
        int rateHz() {
            return heAac() ? 24_000 : 48_000;
        }

        boolean changesSound() {
            return announced().size() > 1;
        }

        boolean hasHoles() {
            return this == SOUND_STOPS || this == BOTH_PAUSE || this == SOUND_HAS_HOLES || this == SOUND_BEGINS_LATE;
        }
    }

    @TempDir
    static Path folder;

    private static EchoServer sts;
    private static EchoProcess robot;

    @BeforeAll
    static void start() throws IOException {
        for (Fault fault : Fault.values()) {
            fault.files();
        }
        sts = new EchoServer(EchoOptions.defaults()).start();
        robot = EchoProcess.start("--voice", "robot");
    }

    @AfterAll
    static void stop() {
        sts.close();
        robot.close();
    }

    @TestFactory
    Stream<DynamicTest> flashAndBeepStayAsFarApartAsTheSourceHasThem() {
        SideBySide table = new SideBySide(3);
        for (Fault fault : Fault.values()) {
            // MediaMTX knows a track's configuration from its beginning alone: frames of another rate come from it as
            // if they were of the first.
            if (!MediaServer.MEDIAMTX || !fault.changesSound()) {
                table.add(fault.id(), () -> play(fault));
            }
        }
        return table.play();
    }

    private void play(Fault fault) throws Exception {
        String id = fault.id();
        long sinceMs = System.currentTimeMillis();
        Process publisher = null;
        // Idle: workers and readers wait for the publisher, and miss nothing of it.
        try (MediaServer server = MediaServer.startHoldingPlayers(id);
                LiveReader in = reader(server, id, "in");
                LiveReader out = reader(server, id, "out");
                LiveReader relayed = reader(server, id, "relayed");
                WorkerProcess dubbing = worker(server, id)
                        .dubbedBy(fault.robot() ? robot.url() : sts.url())
                        .env("WORKER_SEGMENT_DURATION", fault.segments())
                        .env("WORKER_AV_OFFSET_NS", fault.offsetNs())
                        .start()
                        .samplingSeldom();
                WorkerProcess relaying = worker(server, id)
                        .passthrough()
                        .arg("--output-url", server.url("live/" + id + "/relayed"))
                        .env(
                                "WORKER_SEGMENT_DIR",
                                folder.resolve(id + "-relayed-segments").toString())
                        .start()
                        .samplingSeldom()) {
            Awaitility.await("workers and reader play " + id)
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> dubbing.metrics().has("worker_stream_state")
                            && relaying.metrics().has("worker_stream_state"));
            server.awaitPlayers(5, relaying);
            publisher = publish(fault, server);
            assertThat(publisher.waitFor(SECONDS + 30L, TimeUnit.SECONDS)).isTrue();
            Aired dubbed = new Aired(id, dubbing.awaitExit(PATIENCE), out.toEnd(PATIENCE), dubbing);
            Aired passed = new Aired(id + "-relayed", relaying.awaitExit(PATIENCE), relayed.toEnd(PATIENCE), relaying);
            FlashAndBeep own = FlashAndBeep.of(fault.jumps() ? fault.files().get(0) : in.recording());

            isWhole(fault, dubbed);
            isWhole(fault, passed);
            keepsAll(fault, passed, in.packets());
            isAnnounced(fault, dubbed, passed, in.packets());
            isTold(fault, sinceMs);
            if (fault.changesSound()) {
                passed.videoIs(in.packets());
                dubbed.videoIs(in.packets());
            }
            if (fault.changesSound() || fault.heAac()) {
                assertThat(dubbed.dubbed().values())
                        .as(id + ": dubbed\n" + dubbing.said())
                        .hasSizeGreaterThan(5)
                        .doesNotContain(false);
            }
            inSync(fault, "relayed", own, FlashAndBeep.of(relayed.recording()));
            inSync(fault, "dubbed", own, FlashAndBeep.of(out.recording()));
        } finally {
            if (publisher != null) {
                Shell.stop(publisher);
            }
        }
    }

    private static Path withSoundOf(String fixture, int seconds) {
        Path picture = Ffmpeg.flashing("plain", seconds);
        Path both = picture.resolveSibling("flash-%s-%d.flv".formatted(fixture, seconds));
        Shell.run(("ffmpeg -v error -nostdin -y -i " + picture + " -i src/test/resources/he-aac/" + fixture
                        + ".flv -map 0:v -map 1:a -c copy -t " + seconds + " " + both)
                .split(" ", -1));
        return both;
    }

    private static void isWhole(Fault fault, Aired aired) {
        assertThat(aired.exitCode()).as(aired.worker().said()).isZero();
        aired.pictureGoesForward();
        if (fault != Fault.SOUND_WALKS) {
            aired.audioIsWhole();
        }
        assertThat(aired.video()).as("%s: pictures", aired.id()).hasSizeGreaterThan(fault.seconds() * 30 - MOST_MISSED);
    }

    /** Relayed, all that the source sent is there, and nothing else but silence in its holes. */
    private static void keepsAll(Fault fault, Aired relayed, List<Packet> sent) {
        if (fault.loses()) {
            return;
        }
        // With what was announced for it: the same bytes under another header are another sound.
        Function<Packet, String> frame = packet -> packet.config() + " " + packet.digest();
        Set<String> own = sent.stream().map(frame).collect(Collectors.toSet());
        List<String> aired = relayed.audio().stream().map(frame).toList();
        String first = aired.stream().filter(own::contains).findFirst().orElseThrow();
        // A worker that was let in late has missed what was before, which is not what is tested here.
        List<String> expected = Packets.audio(sent).stream()
                .map(frame)
                .dropWhile(one -> !one.equals(first))
                .toList();
        assertThat(expected)
                .as("%s: frames of the source's sound", relayed.id())
                .hasSizeGreaterThan(500 * fault.rateHz() / 48_000);
        assertThat(aired)
                .as("%s: frames of the source's sound", relayed.id())
                .containsSubsequence(expected.subList(0, expected.size() - 3));
        if (!fault.hasHoles()) {
            assertThat(own).as(relayed.id()).containsAll(aired);
        }
    }

    /** Each change of the source's configuration reaches viewers, once, and nothing else is announced. */
    private static void isAnnounced(Fault fault, Aired dubbed, Aired relayed, List<Packet> sent) {
        List<String> configs = configs(Packets.audio(sent));
        assertThat(configs).as(fault.id() + ": announced by the source").hasSameSizeAs(fault.announced());
        assertThat(configs(relayed.audio())).as(relayed.id() + ": announced").isEqualTo(configs);
        assertThat(configs(dubbed.audio())).as(dubbed.id() + ": announced").isEqualTo(configs);
        assertThat(dubbed.audio().stream().map(Packet::config).distinct()).hasSameSizeAs(configs);
    }

    /** @param sinceMs what was said before it belongs to a first try */
    private static void isTold(Fault fault, long sinceMs) {
        JsonNode state = fault.robot() ? robot.state() : sts.state();
        Predicate<JsonNode> ours = entry -> entry.path("stream_id").asText().equals(fault.id())
                && entry.path("at_ms").asLong() >= sinceMs;
        List<String> told = new ArrayList<>();
        for (JsonNode event : state.get("events")) {
            if (ours.test(event) && event.path("event").asText().equals("stream:init")) {
                JsonNode config = event.path("payload").path("config");
                told.add(config.path("sample_rate_hz").asText() + "/"
                        + config.path("channels").asText());
            }
        }
        assertThat(told).as(fault.id() + ": stream:init").isEqualTo(fault.announced());
        assertThat(state.get("violations"))
                .as(fault.id() + ": breaches of the contract")
                .noneMatch(ours);
    }

    /** In order, without repetitions. */
    private static List<String> configs(List<Packet> audio) {
        List<String> configs = new ArrayList<>();
        for (Packet packet : audio) {
            if (configs.isEmpty() || !configs.get(configs.size() - 1).equals(packet.config())) {
                configs.add(packet.config());
            }
        }
        return configs;
    }

    private static void inSync(Fault fault, String how, FlashAndBeep own, FlashAndBeep aired) {
        String what = fault.id() + " " + how;
        System.out.printf("%s: own %s, aired %s%n", what, own, aired);
        assertThat(aired.events()).as(what + ": flashes with a beep").isGreaterThanOrEqualTo(fault.seconds() - 8);
        assertThat(aired.startMs() - own.startMs()).as(what + ": start").isBetween(-FRAME_MS, FRAME_MS);
        assertThat(aired.middleMs() - own.middleMs()).as(what + ": middle").isBetween(-FRAME_MS, FRAME_MS);
        assertThat(aired.endMs() - own.endMs()).as(what + ": end").isBetween(-FRAME_MS, FRAME_MS);
    }

    private static Process publish(Fault fault, MediaServer server) {
        List<String> arguments = new ArrayList<>();
        fault.files().stream().skip(1).forEach(file -> arguments.add(file.toString()));
        arguments.addAll(fault.arguments);
        return server.publishToHeld(fault.files().get(0), "live/" + fault.id() + "/in", 3, arguments);
    }

    private static LiveReader reader(MediaServer server, String id, String name) {
        return LiveReader.start(server.url("live/" + id + "/" + name), folder.resolve(id + "-" + name + ".flv"));
    }

    private static WorkerRun worker(MediaServer server, String id) {
        return WorkerProcess.run(id)
                .on(server)
                .segments(folder.resolve(id + "-segments"))
                .env("WORKER_SOURCE_GRACE_MS", "1000");
    }
}
