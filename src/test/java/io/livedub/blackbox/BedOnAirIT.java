package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Pcm;
import io.livedub.sound.Tones;
import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.MediaServer;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.SpokenText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The contract's figures of beds and joints (contracts: sound), on what a viewer of real streams hears. The source is a sine, the dub says
 * words of another sine at known time stamps, the background is a third one; the fifth segment is not dubbed. One more stream, of speech, is cut
 * at its pauses.
 */
@Tag("in-pairs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BedOnAirIT {
    private static final int SECONDS = 36;
    private static final int SEGMENT_MS = 6000;
    private static final int UNDUBBED = 4;
    /** A viewer on MediaMTX may be let in after the first frames. */
    private static final int FIRST_HEARD_MS = MediaServer.MEDIAMTX ? 200 : 50;

    private static final double ORIGINAL_HZ = 750;
    private static final double DUB_HZ = 2000;
    private static final double STEM_HZ = 1250;
    private static final double ORIGINAL_PEAK = 0.25;
    private static final double DUB_PEAK = 0.2;
    private static final double STEM_PEAK = 0.1;
    private static final double ORIGINAL_DB = 20 * Math.log10(ORIGINAL_PEAK);
    private static final double DEPTH_DB = -14;
    /** An AAC frame at 48 kHz. */
    private static final double FRAME_MS = 1024 / 48.0;
    /**
     * Time stamps of the words at the source, ms: with a pause under a second, 30 ms behind a joint after silence, across a joint, and
     * with the release in the next segment.
     */
    private static final int[][] WORDS = {
        {2000, 2800}, {3400, 3900}, {8000, 8600}, {12_030, 13_000}, {17_500, 18_600}, {22_600, 22_900}, {31_000, 31_800}
    };

    @TempDir
    static Path folder;

    /** Where the speech of the stream that is cut at pauses comes from: without one in each third of a segment it would be cut as any other. */
    private static final String SPEECH =
            "The river rises in the hills. For ten miles it is a stream. In the spring it fills the valley."
                    + " By August you can cross it on foot. My grandfather kept sheep there. He knew every stone of it. ";

    private final Map<String, HeardSound> heard = new LinkedHashMap<>();
    private EchoProcess echo;
    private EchoProcess plain;
    private long zeroMs;
    private List<SpokenText.Word> words;
    private List<Packet> spoken;
    private List<Packet> arrivedSpeech;
    private List<Packet> airedSpeech;
    private List<Integer> fragmentsMs;

    @BeforeAll
    void play() {
        // The echo places its voice by the time stamps of the source.
        int beginsMs = MediaServer.HELD_SOURCE_BEGINS_MS;
        int lengthMs = SECONDS * 1000 + beginsMs;
        Pcm speech = Tones.silence(HeardSound.RATE, 1, HeardSound.RATE / 1000 * lengthMs);
        for (int[] word : WORDS) {
            put(speech, word[0] + beginsMs, word[1] + beginsMs);
        }
        Pcm background = Tones.sine(HeardSound.RATE, 1, STEM_HZ, STEM_PEAK, lengthMs);
        echo = EchoProcess.start(
                "--format",
                "pcm_f32le",
                "--speech",
                HeardSound.write(folder.resolve("speech.wav"), speech).toString(),
                "--background",
                HeardSound.write(folder.resolve("background.wav"), background).toString());
        echo.simulate(
                "{\"rules\": [{\"trigger\": \"sequence_number\", \"value\": %d, \"error_code\": \"NO_SPEECH\", \"retryable\": false, \"as\": \"failed\"}]}"
                        .formatted(UNDUBBED));
        Path source = Ffmpeg.generate(
                "sine-%d.flv".formatted(SECONDS),
                SECONDS,
                "testsrc2=size=320x180:rate=30",
                "aevalsrc=%s*sin(%s*2*PI*t):s=48000:c=stereo:d=%d".formatted(ORIGINAL_PEAK, ORIGINAL_HZ, SECONDS),
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "300k",
                "-b:a",
                "192k");
        Map<String, DubbedRun> runs = new LinkedHashMap<>();
        try {
            for (String bed : new String[] {"duck", "constant", "stem", "off"}) {
                runs.put(bed, new DubbedRun(bed, source, folder, echo, Map.of("WORKER_DUB_BED", bed)));
            }
            plain = EchoProcess.start();
            DubbedRun pause = new DubbedRun("pause", speech(), folder, plain, Map.of("WORKER_SEGMENT_CUT", "pause"));
            runs.put("pause", pause);
            for (DubbedRun run : runs.values()) {
                run.finish(Duration.ofSeconds(SECONDS));
                // Of the last segment; other tests run beside this one, so that it is said and not judged.
                System.out.printf(
                        "BedOnAirIT %s: a fit took %.0f ms%n",
                        run.id(), run.metrics().sum("worker_dub_fit_ms"));
            }
            spoken = pause.original();
            arrivedSpeech = pause.arrived();
            airedSpeech = pause.aired();
            fragmentsMs = pause.fragments().stream()
                    .map(fragment -> fragment.path("duration_ms").asInt())
                    .toList();
            assertThat(pause.fragments())
                    .allMatch(fragment -> fragment.path("outcome").asText().equals("success"));
            runs.forEach((bed, run) -> {
                if (run == pause) {
                    return;
                }
                zeroMs = Packets.video(run.original()).get(0).ptsMs();
                heard.put(bed, HeardSound.of(run.recording(), run.aired(), source));
            });
        } finally {
            runs.values().forEach(DubbedRun::close);
        }
    }

    /** A commentator, 36 s of picture and sound. */
    private Path speech() {
        SpokenText.Spoken text = SpokenText.of("en", SPEECH.repeat(4), 165);
        words = text.words();
        Pcm said = text.pcm();
        Path wav = HeardSound.write(
                folder.resolve("said.wav"),
                Tones.part(said, 0, Math.min(said.sampleFrames(), said.sampleRateHz() * SECONDS)));
        return Ffmpeg.generate(
                "spoken-%d.flv".formatted(SECONDS),
                SECONDS,
                "testsrc2=size=320x180:rate=30",
                "amovie=%s,aresample=48000,aformat=channel_layouts=stereo,apad".formatted(wav),
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "300k",
                "-b:a",
                "128k");
    }

    @AfterAll
    void stop() {
        echo.close();
        plain.close();
    }

    private static void put(Pcm speech, int fromMs, int toMs) {
        int edge = HeardSound.RATE / 200;
        int from = fromMs * 48;
        int length = (toMs - fromMs) * 48;
        for (int i = 0; i < length; i++) {
            double ramp = Math.min(1, Math.min(i, length - 1 - i) / (double) edge);
            speech.samples()[from + i] =
                    (float) (DUB_PEAK * ramp * Math.sin(2 * Math.PI * DUB_HZ * i / HeardSound.RATE));
        }
    }

    private static boolean isNearAnEdgeOfAWord(int ms) {
        return Arrays.stream(WORDS).flatMapToInt(Arrays::stream).anyMatch(edge -> Math.abs(ms - edge) < 35);
    }

    private double bedDb(String bed, double atMs) {
        return heard.get(bed).levelDb(ORIGINAL_HZ, atMs) - ORIGINAL_DB;
    }

    private double crosses(double fromMs, boolean down) {
        HeardSound sound = heard.get("duck");
        double half = ORIGINAL_DB + DEPTH_DB / 2;
        return down ? sound.falls(ORIGINAL_HZ, fromMs, half) : sound.rises(ORIGINAL_HZ, fromMs, half);
    }

    @Test
    void theOriginalIsAtItsDepthWhileTheDubSpeaksAndASecondLonger() {
        for (int[] phrase :
                new int[][] {{2000, 3900}, {8000, 8600}, {12_030, 13_000}, {17_500, 18_600}, {31_000, 31_800}}) {
            for (int ms = phrase[0] + 8; ms < phrase[1] + 970; ms += 10) {
                assertThat(bedDb("duck", ms)).as("at %d ms", ms).isCloseTo(DEPTH_DB, within(1.0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2000, 8000, 12_030, 17_500, 22_600, 31_000})
    void theAttackTakesFiftyMillisecondsAheadOfTheWord(int wordMs) {
        assertThat(bedDb("duck", wordMs - 90)).isCloseTo(0, within(1.0));
        // Beside the word as it is heard, whose place is measured by itself; at 6 dB under its level 2 ms of
        // it are over.
        double heardMs = heard.get("duck").rises(DUB_HZ, wordMs - 100, 20 * Math.log10(DUB_PEAK) - 6) - 2;
        assertThat(crosses(wordMs - 90, true)).isCloseTo(heardMs - 25, within(20.0));
        assertThat(bedDb("duck", wordMs + 8)).isCloseTo(DEPTH_DB, within(1.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {3900, 8600, 13_000, 18_600, 31_800})
    void theReleaseTakesHalfASecondAfterASecondOfSilence(int wordEndMs) {
        assertThat(bedDb("duck", wordEndMs + 970)).isCloseTo(DEPTH_DB, within(1.0));
        assertThat(crosses(wordEndMs + 900, false)).isCloseTo(wordEndMs + 1250, within(20.0));
        assertThat(bedDb("duck", wordEndMs + 1530)).isCloseTo(0, within(1.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"duck", "constant", "stem", "off"})
    void eachWordIsInItsPlaceWithinAnAacFrame(String bed) {
        HeardSound sound = heard.get(bed);
        double half = 20 * Math.log10(DUB_PEAK) - 6;
        for (int[] word : WORDS) {
            assertThat(sound.rises(DUB_HZ, word[0] - 100, half))
                    .as("%s", word[0])
                    .isCloseTo(word[0], within(FRAME_MS));
            assertThat(sound.levelDb(DUB_HZ, word[0] + (word[1] - word[0]) / 3.0))
                    .isCloseTo(20 * Math.log10(DUB_PEAK), within(0.5));
        }
    }

    @Test
    void aConstantBedIsConstantWithRampsOfTwoHundredMillisecondsToOriginalSound() {
        int out = UNDUBBED * SEGMENT_MS;
        int back = out + SEGMENT_MS;
        for (int ms = FIRST_HEARD_MS; ms < out - 250; ms += 50) {
            assertThat(bedDb("constant", ms)).as("at %d ms", ms).isCloseTo(DEPTH_DB, within(1.0));
        }
        for (int ms = out + 30; ms < back - 30; ms += 50) {
            assertThat(bedDb("constant", ms)).as("at %d ms", ms).isCloseTo(0, within(1.0));
        }
        HeardSound sound = heard.get("constant");
        // An equal-power ramp from -14 dB: half-way in time it is at -2.1 dB.
        assertThat(sound.rises(ORIGINAL_HZ, out - 300, ORIGINAL_DB - 2.1)).isCloseTo(out - 100, within(20 + FRAME_MS));
        assertThat(sound.rises(ORIGINAL_HZ, out - 300, ORIGINAL_DB - 12)).isCloseTo(out - 190, within(20 + FRAME_MS));
        // One frame more of the original, then the same ramp down.
        assertThat(sound.falls(ORIGINAL_HZ, back - 20, ORIGINAL_DB - 2.1))
                .isCloseTo(back + FRAME_MS + 100, within(20 + FRAME_MS));
        assertThat(bedDb("constant", back + 2 * FRAME_MS + 220)).isCloseTo(DEPTH_DB, within(1.0));
    }

    @Test
    void theStemIsAtFullLevelInEveryDubbedSegmentAndOverItsJoints() {
        HeardSound sound = heard.get("stem");
        double full = 20 * Math.log10(STEM_PEAK);
        int out = UNDUBBED * SEGMENT_MS;
        for (int ms = FIRST_HEARD_MS; ms < out - 30; ms += 10) {
            if (isNearAnEdgeOfAWord(ms)) {
                // It holds all frequencies.
                continue;
            }
            assertThat(sound.levelDb(STEM_HZ, ms)).as("at %d ms", ms).isCloseTo(full, within(1.0));
        }
        for (int ms = FIRST_HEARD_MS; ms < out - 50; ms += 100) {
            assertThat(bedDb("stem", ms)).as("at %d ms", ms).isLessThan(-40);
        }
        assertThat(sound.levelDb(STEM_HZ, out + 100)).isLessThan(full - 30);
        assertThat(bedDb("stem", out + 100)).isCloseTo(0, within(1.0));
        assertThat(sound.levelDb(STEM_HZ, out + SEGMENT_MS + 200)).isCloseTo(full, within(1.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"duck", "constant", "stem", "off"})
    void noJointHasAStepThatItsSoundsDoNotHave(String bed) {
        HeardSound sound = heard.get(bed);
        double original = sound.step(26_000, 28_000);
        double dubbed = sound.step(2100, 2700);
        for (int joint = SEGMENT_MS; joint < 6 * SEGMENT_MS - 1000; joint += SEGMENT_MS) {
            double step = sound.step(joint - 300, joint + 300);
            System.out.printf(
                    "BedOnAirIT %s, joint at %d ms: step %.4f, original %.4f, dubbed %.4f%n",
                    bed, joint, step, original, dubbed);
            assertThat(step).as("joint at %d ms", joint).isLessThanOrEqualTo(Math.max(original, dubbed) * 1.05);
        }
    }

    @Test
    void segmentsThatEndAtPausesAirAsLateAsAllOthersAndLoseNothing() {
        System.out.println("BedOnAirIT pause: segments of " + fragmentsMs + " ms");
        assertThat(fragmentsMs.subList(0, fragmentsMs.size() - 1)).allMatch(ms -> ms > 3900 && ms < 6050);
        assertThat(fragmentsMs).filteredOn(ms -> ms < 5900).hasSizeGreaterThanOrEqualTo(3);
        int cutMs = 0;
        for (int ms : fragmentsMs.subList(0, fragmentsMs.size() - 1)) {
            cutMs += ms;
            int cut = cutMs;
            if (ms < 5900) {
                assertThat(words)
                        .as("words around the cut at %d ms", cut)
                        .noneMatch(word -> cut > word.fromMs() + FRAME_MS && cut < word.toMs() - FRAME_MS);
            }
        }
        // A segment and the offset, whatever each segment's own length is.
        long[] latencies = Packets.latenciesMs(Packets.video(arrivedSpeech), Packets.video(airedSpeech));
        assertThat(Packets.percentile(latencies, 0.02)).isGreaterThanOrEqualTo(11_800);
        assertThat(Packets.percentile(latencies, 0.98)).isLessThanOrEqualTo(12_250);
        // The service answers with what it was sent, so sound and picture that air are the source's, in order.
        for (boolean picture : new boolean[] {true, false}) {
            List<Packet> pictures = Packets.video(airedSpeech);
            List<Packet> aired = picture ? pictures : Packets.audio(airedSpeech);
            List<Packet> source = picture
                    ? MediaServer.visible(Packets.video(spoken), pictures)
                    : MediaServer.visibleSound(Packets.audio(spoken), aired, Packets.video(spoken), pictures);
            assertThat(Packets.longestInsertion(source, aired)).isLessThanOrEqualTo(picture ? 0 : 1);
        }
    }

    /** Equal power over 10 ms: half-way, 5 ms before the joint, the original is 3 dB under its level. */
    @Test
    void theCrossFadeToOriginalSoundTakesTenMilliseconds() {
        // Segments count from the first picture, which is a frame's priming behind the first sound.
        double out = zeroMs + UNDUBBED * SEGMENT_MS;
        HeardSound sound = heard.get("stem");
        double halfMs = sound.rises(ORIGINAL_HZ, out - 100, ORIGINAL_DB - 3);

        assertThat(halfMs).isCloseTo(out - 5, within(FRAME_MS));
        // The level at an instant is measured over the 12 ms around it.
        assertThat(sound.levelDb(ORIGINAL_HZ, halfMs - 12) - ORIGINAL_DB).isLessThan(-20);
        assertThat(sound.levelDb(ORIGINAL_HZ, halfMs + 12) - ORIGINAL_DB).isCloseTo(0, within(0.5));
    }

    @Test
    void aDubAloneIsAlone() {
        for (int ms = 100; ms < UNDUBBED * SEGMENT_MS - 50; ms += 100) {
            assertThat(bedDb("off", ms)).as("at %d ms", ms).isLessThan(-40);
        }
    }
}
