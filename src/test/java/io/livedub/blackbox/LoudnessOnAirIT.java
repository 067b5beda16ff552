package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.media.Pcm;
import io.livedub.sound.Limiter;
import io.livedub.sound.Loudness;
import io.livedub.sound.Tones;
import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.Metrics;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.SpokenText;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The contract's figures of loudness (contracts: sound, "Level") on what viewers of real streams hear, measured by ffmpeg's ebur128. English
 * speech is dubbed into several languages at once, whose Spanish speech differs by a known level; one more stream is as loud as sound can be. In
 * {@code ./dev test} the speech has -30 LUFS and segments have 3 s; {@code -Dloudness.whole=true} plays speech of all three levels in
 * segments of 6 s, and loud sound over two beds.
 */
@Tag("in-pairs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoudnessOnAirIT {
    private static final boolean WHOLE = Boolean.getBoolean("loudness.whole");
    private static final int SEGMENTS = WHOLE ? 8 : 4;
    private static final int SEGMENT_MS = WHOLE ? 6000 : 3000;
    private static final int SECONDS = SEGMENTS * SEGMENT_MS / 1000;
    private static final int LOUD_SECONDS = WHOLE ? 20 : SECONDS;
    /** Level of the recording that all dubs are made of, LUFS; its last segment is louder by the jump. */
    private static final int RECORDED = -23;

    private static final int JUMP_DB = 8;
    private static final int JUMPS = SEGMENTS - 1;
    /** Contracts: sound, "Level". */
    private static final double MOST_STEP_DB = 3;

    private static final double MOST_DB = 12;
    /** Original, dub and what airs are each measured to 0.1 LU, and a segment begins up to an AAC frame beside the grid of this test. */
    private static final double MEASURED_DB = 0.4;

    /** Languages, and how much louder their dubs are than the original; the first one airs without a language in its path. */
    private static final Map<String, Integer> DUBS = ordered("es", 0, "fr", 11, "de", -11, "it", 20, "nl", -20);

    private static final Map<String, String> TIMES = Map.of(
            "WORKER_SEGMENT_DURATION",
            SEGMENT_MS + "ms",
            // The first fits of several languages, in workers that have just started, share the cores.
            "WORKER_AV_OFFSET_NS",
            WHOLE ? "12000000000" : "5000000000",
            "WORKER_SOURCE_GRACE_MS",
            "1000");

    private static final String ENGLISH =
            "The river rises in the hills, and for the first ten miles it is little more than a stream. In the spring,"
                    + " when the snow melts, it fills the whole valley; by August you can cross it on foot. My grandfather"
                    + " kept sheep there, and he knew every stone of it. He used to say that water has no memory. ";
    private static final String SPANISH =
            "El río nace en las colinas, y durante las primeras diez millas es poco más que un arroyo. En primavera,"
                    + " cuando se funde la nieve, llena todo el valle; en agosto se puede cruzar a pie. Mi abuelo tenía"
                    + " ovejas allí, y conocía cada piedra. Decía que el agua no tiene memoria. ";
    private static final Map<String, Map<String, String>> LOUDEST = Map.of(
            "constant", Map.of("WORKER_DUB_BED", "constant", "WORKER_DUB_BED_DB", "0"),
            "duck", Map.of("WORKER_DUB_BED", "duck", "WORKER_DUB_BED_DB", "-6"));

    @TempDir
    static Path folder;

    private final Pcm dub = jumping(speech("es", SPANISH, RECORDED));
    private final Map<Integer, Path> sources = new LinkedHashMap<>();
    /** By level and language. */
    private final Map<Integer, Map<String, HeardSound>> heard = new LinkedHashMap<>();

    private final Map<String, HeardSound> loudest = new LinkedHashMap<>();

    private static Map<String, Integer> ordered(Object... pairs) {
        Map<String, Integer> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], (Integer) pairs[i + 1]);
        }
        return map;
    }

    static List<Integer> levels() {
        return WHOLE ? List.of(-16, -23, -30) : List.of(-30);
    }

    static List<String> beds() {
        return WHOLE ? List.of("constant", "duck") : List.of("constant");
    }

    /** The echo places its voice by the time stamps of the source. */
    private static Pcm later(Pcm sound, int ms) {
        Pcm before = Tones.silence(sound.sampleRateHz(), sound.channels(), sound.sampleRateHz() / 1000 * ms);
        return Tones.sequence(before, sound);
    }

    /** Speech of this loudness, as long as the source. */
    private static Pcm speech(String voice, String text, double lufs) {
        Pcm spoken = SpokenText.of(voice, text.repeat(4), 165).pcm();
        Pcm part = Tones.part(spoken, 0, spoken.sampleRateHz() * SECONDS);
        return Limiter.limit(Tones.plus(part, lufs - Loudness.of(part)));
    }

    private static Pcm jumping(Pcm pcm) {
        int from = pcm.sampleRateHz() / 1000 * JUMPS * SEGMENT_MS;
        return Tones.sequence(Tones.part(pcm, 0, from), Tones.plus(Tones.part(pcm, from, pcm.sampleFrames()), JUMP_DB));
    }

    /** As the service sends it: louder, and no sample beyond full scale. */
    private Pcm sent(int gainDb) {
        Pcm louder = Tones.plus(dub, gainDb);
        float[] samples = louder.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.max(-1, Math.min(1, samples[i]));
        }
        return new Pcm(louder.sampleRateHz(), louder.channels(), samples);
    }

    private static Path source(int level) {
        Pcm original = speech("en", ENGLISH, level);
        Path file = folder.resolve("source%d.flv".formatted(level));
        Shell.run(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x90:rate=10",
                "-i",
                HeardSound.write(folder.resolve("original%d.wav".formatted(level)), original)
                        .toString(),
                "-t",
                Integer.toString(SECONDS),
                "-pix_fmt",
                "yuv420p",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-g",
                "10",
                "-c:a",
                "aac",
                "-b:a",
                "160k",
                "-ar",
                "48000",
                "-ac",
                "2",
                file.toString());
        return file;
    }

    /** One worker with its readers; all are there before the source's first frame. */
    private final class Levelled implements AutoCloseable {
        private final int level;
        private final MediaServer server;
        private final Map<String, LiveReader> readers = new LinkedHashMap<>();
        private final WorkerProcess worker;
        private final Process publisher;

        Levelled(int level, EchoProcess echo) {
            this.level = level;
            String id = "level" + -level;
            this.server = MediaServer.startHoldingPlayers(id);
            List<String> targets = new ArrayList<>();
            DUBS.forEach((language, louder) -> {
                String out = targets.isEmpty() ? "out" : "out-" + language;
                targets.add("%s:%ddB".formatted(language, level - RECORDED + louder));
                readers.put(
                        language,
                        LiveReader.start(server.url("live/" + id + "/" + out), folder.resolve(id + language + ".flv")));
            });
            WorkerRun run = WorkerProcess.run(id)
                    .on(server)
                    .dubbedBy(echo.url())
                    .segments(folder.resolve("segments" + level))
                    .env("WORKER_TARGET_LANGUAGE", String.join(",", targets))
                    .env("WORKER_DUB_LOUDNESS", "match");
            TIMES.forEach(run::env);
            worker = run.start().samplingSeldom();
            server.awaitPlayers(readers.size() + 1, worker);
            publisher = server.publishToHeld(sources.get(level), "live/" + id + "/in", 1);
        }

        Map<String, HeardSound> finish() {
            assertThat(worker.awaitExit(Duration.ofSeconds(SECONDS + 60)))
                    .as(worker.said())
                    .isZero();
            assertAllWereDubbed(worker);
            Map<String, HeardSound> sounds = new LinkedHashMap<>();
            readers.forEach((language, reader) -> sounds.put(
                    language,
                    HeardSound.of(reader.recording(), reader.toEnd(Duration.ofSeconds(20)), sources.get(level))));
            return sounds;
        }

        @Override
        public void close() {
            worker.close();
            readers.values().forEach(LiveReader::close);
            Shell.stop(publisher);
            server.close();
        }
    }

    @BeforeAll
    void play() {
        levels().forEach(level -> sources.put(level, source(level)));
        Path crowd = Ffmpeg.generate(
                "crowd-loud-%d.flv".formatted(LOUD_SECONDS),
                LOUD_SECONDS,
                "testsrc2=size=160x90:rate=10",
                "anoisesrc=color=pink:amplitude=1:seed=3:r=48000:d=%d,volume=6dB,aformat=channel_layouts=stereo"
                        .formatted(LOUD_SECONDS),
                "-g",
                "10",
                "-b:a",
                "160k");
        Path speech = HeardSound.write(folder.resolve("dub.wav"), later(dub, MediaServer.HELD_SOURCE_BEGINS_MS));
        Path loud = HeardSound.write(folder.resolve("loud.wav"), Tones.babble(48_000, 2, 2.5, LOUD_SECONDS * 1000, 7));
        List<AutoCloseable> open = new ArrayList<>();
        try {
            // Of 16 bits: no sample is beyond full scale. Of floats the worker takes one 18 dB over it for another
            // scale.
            EchoProcess echo = EchoProcess.start("--format", "pcm_s16le", "--speech", speech.toString());
            open.add(echo);
            EchoProcess loudEcho = EchoProcess.start("--format", "pcm_f32le", "--speech", loud.toString());
            open.add(loudEcho);
            Map<Integer, Levelled> levelled = new LinkedHashMap<>();
            for (int level : levels()) {
                levelled.put(level, new Levelled(level, echo));
                open.add(levelled.get(level));
            }
            Map<String, DubbedRun> runs = new LinkedHashMap<>();
            for (String bed : beds()) {
                Map<String, String> settings = new LinkedHashMap<>(TIMES);
                settings.putAll(LOUDEST.get(bed));
                runs.put(bed, new DubbedRun(bed, crowd, folder, loudEcho, settings));
                open.add(runs.get(bed));
            }
            runs.forEach((id, run) -> {
                run.finish(Duration.ofSeconds(LOUD_SECONDS));
                assertAllWereDubbed(run.worker());
                loudest.put(id, HeardSound.of(run.recording(), run.aired(), crowd));
            });
            levelled.forEach((level, stream) -> heard.put(level, stream.finish()));
        } finally {
            Collections.reverse(open);
            open.forEach(LoudnessOnAirIT::closed);
        }
    }

    /** What airs as the original is not what these figures are about. */
    private static void assertAllWereDubbed(WorkerProcess worker) {
        Metrics metrics = worker.lastMetrics();
        assertThat(metrics.sum("worker_fallback_total")).as(worker.said()).isZero();
    }

    private static void closed(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /** The last segment ends where the source does, which is a little before its time. */
    private static int endMs(int segment) {
        return (segment + 1) * SEGMENT_MS - (segment == SEGMENTS - 1 ? 300 : 30);
    }

    /** Of the segments one after the other; two at a time, as each is a run of ffmpeg. */
    private static double[] each(java.util.function.IntToDoubleFunction lufs) {
        return IntStream.range(0, SEGMENTS).parallel().mapToDouble(lufs).toArray();
    }

    /** What the contract makes of a difference: 12 dB at most, and 3 dB at most from one segment to the next. */
    private static double wanted(double difference, double before) {
        double bounded = Math.max(-MOST_DB, Math.min(MOST_DB, difference));
        return Double.isNaN(before)
                ? bounded
                : Math.max(before - MOST_STEP_DB, Math.min(before + MOST_STEP_DB, bounded));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void dubsAreAsLoudAsTheOriginalOfTheLastMinute(int level) {
        Path source = sources.get(level);
        HeardSound own = HeardSound.of(source, Packets.ofFile(source), source);
        double[] targets = each(k -> own.lufs(0, (k + 1) * SEGMENT_MS));
        List<Double> left = new ArrayList<>();
        SoftAssertions all = new SoftAssertions();
        DUBS.forEach((language, louder) -> {
            HeardSound made = HeardSound.of(sent(level - RECORDED + louder));
            // Ours, which is that of ebur128 within 0.15 LU (LoudnessIT): each run of ffmpeg takes half a second.
            double[] before = each(k -> Loudness.of(made.part(k * SEGMENT_MS + 30, endMs(k))));
            double[] aired = each(k -> heard.get(level).get(language).lufs(k * SEGMENT_MS + 30, endMs(k)));
            double wanted = Double.NaN;
            double correctionBefore = Double.NaN;
            for (int k = 0; k < SEGMENTS; k++) {
                double correction = aired[k] - before[k];
                wanted = wanted(targets[k] - before[k], wanted);
                System.out.printf(
                        "LoudnessOnAirIT %d LUFS, dub %+d dB, segment %d: original %.1f, aired %.1f, correction %+.1f dB, wanted %+.1f dB%n",
                        level, louder, k, targets[k], aired[k], correction, wanted);
                all.assertThat(correction)
                        .as("correction of %s in segment %d", language, k)
                        .isCloseTo(wanted, within(MEASURED_DB));
                if (k > 0) {
                    all.assertThat(Math.abs(correction - correctionBefore))
                            .as("step of %s to segment %d", language, k)
                            .isLessThanOrEqualTo(MOST_STEP_DB + MEASURED_DB);
                }
                if (Math.abs(louder) <= MOST_DB && k != JUMPS) {
                    left.add(Math.abs(aired[k] - targets[k]));
                }
                correctionBefore = correction;
            }
        });
        long near = left.stream().filter(difference -> difference <= 1).count();
        System.out.printf("LoudnessOnAirIT %d LUFS: %d of %d segments within 1 LU%n", level, near, left.size());
        all.assertThat(near).isGreaterThanOrEqualTo((long) Math.ceil(0.95 * left.size()));
        all.assertAll();
    }

    @ParameterizedTest
    @MethodSource("beds")
    void nothingOnAirIsHigherThanMinusOneDecibelTruePeak(String bed) {
        HeardSound sound = loudest.get(bed);
        double peakDb = sound.truePeakDb(100, (LOUD_SECONDS - 2) * 1000 - 100);

        System.out.printf("LoudnessOnAirIT %s: true peak on air %.2f dBTP%n", bed, peakDb);
        // Not by being quiet.
        assertThat(peakDb).isBetween(-5.0, -1.0);
        assertThat(sound.ffmpegPeakDb(100, (LOUD_SECONDS - 2) * 1000 - 100)).isLessThanOrEqualTo(-1);
    }
}
