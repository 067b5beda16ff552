package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.FlashAndBeep;
import io.livedub.support.LabSource;
import io.livedub.support.MediaServer;
import io.livedub.support.Mp4Frames;
import io.livedub.support.Packet;
import io.livedub.support.Packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A minute of a usual source and half a minute of each other kind, dubbed by the echo: all that airs and all that is written. */
@Tag("in-pairs")
class DubbedEchoIT {
    private static final double SEGMENT_S = 6.0;

    /** What is fed in, and what the echo answers with. */
    enum Kind {
        PLAIN("plain", 10, 48_000, "m4a"),
        MONO_25("mono25", 5, 44_100, "pcm_s16le"),
        B_FRAMES("bframes", 5, 48_000, "m4a"),
        IRREGULAR("irregular", 5, 48_000, "m4a");

        final String source;
        final int segments;
        final int sampleRateHz;
        final String answer;

        Kind(String source, int segments, int sampleRateHz, String answer) {
            this.source = source;
            this.segments = segments;
            this.sampleRateHz = sampleRateHz;
            this.answer = answer;
        }

        int seconds() {
            return (int) (segments * SEGMENT_S);
        }

        double frameMs() {
            return 1024_000.0 / sampleRateHz;
        }
    }

    @TempDir
    static Path folder;

    private static final Map<String, EchoProcess> ECHOES = new java.util.HashMap<>();
    private static final List<DubbedRun> RUNS = new ArrayList<>();

    /** Side by side, to save time. */
    @BeforeAll
    static void stream() {
        for (Kind kind : Kind.values()) {
            LabSource.path(kind.source, kind.seconds());
            ECHOES.computeIfAbsent(kind.answer, answer -> EchoProcess.start("--format", answer));
        }
        List<DubbedRun> together =
                Stream.of(Kind.values()).map(DubbedEchoIT::run).toList();
        together.forEach(run -> run.finish(Duration.ofSeconds(Kind.PLAIN.seconds())));
    }

    private static DubbedRun run(Kind kind) {
        DubbedRun run = new DubbedRun(
                kind.source,
                LabSource.path(kind.source, kind.seconds()),
                folder,
                ECHOES.get(kind.answer),
                Map.of("WORKER_STS_API_KEY", "of-no-use"));
        RUNS.add(run);
        return run;
    }

    @AfterAll
    static void stop() {
        RUNS.forEach(DubbedRun::close);
        ECHOES.values().forEach(EchoProcess::close);
    }

    private static DubbedRun of(Kind kind) {
        return RUNS.stream()
                .filter(run -> run.id().equals(kind.source))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itEndsInOrder(Kind kind) {
        DubbedRun run = of(kind);

        assertThat(run.exitCode()).as(run.worker().said()).isZero();
        assertThat(run.worker().errors()).isEmpty();
        assertThat(run.sessions()).hasSize(1).first().satisfies(session -> {
            assertThat(session.path("end").asText()).isEqualTo("complete");
            assertThat(session.path("authorization").asBoolean()).isTrue();
        });
        assertThat(run.worker().logged(line -> line.message().startsWith("STS has completed")))
                .as("stream:complete was heard")
                .isPresent();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void segmentsOfSixSecondsAreWritten(Kind kind) {
        DubbedRun run = of(kind);

        for (int batch = 0; batch < kind.segments; batch++) {
            for (String track : new String[] {"video.mp4", "audio.m4a", "audio_dubbed.m4a"}) {
                Path file = run.segment(batch, track);
                assertThat(file).exists();
                assertThat(Mp4Frames.seconds(file, "stream", "duration"))
                        .as("duration of %s, s", file)
                        .isCloseTo(SEGMENT_S, within(0.1));
                if (!track.equals("video.mp4") || startsWithKeyframe(run, batch)) {
                    assertThat(Ffmpeg.warnings(file))
                            .as("warnings of a decoder on " + file)
                            .isEmpty();
                }
            }
        }
        assertThat(run.segment(kind.segments, "video.mp4")).doesNotExist();
        assertThat(run.segment(kind.segments, "audio.m4a")).doesNotExist();
    }

    private static boolean startsWithKeyframe(DubbedRun run, int batch) {
        return run.worker()
                .logged(line -> line.message().equals("segment %d video written".formatted(batch)))
                .orElseThrow()
                .field("starts_with_keyframe")
                .equals("true");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSegmentsTogetherAreTheSource(Kind kind) {
        DubbedRun run = of(kind);

        for (boolean video : new boolean[] {true, false}) {
            List<Packet> source = video ? Packets.video(run.original()) : Packets.audio(run.original());
            List<Packet> written = IntStream.range(0, kind.segments)
                    .mapToObj(batch -> run.segment(batch, video ? "video.mp4" : "audio.m4a"))
                    .flatMap(file -> Packets.ofFile(file).stream())
                    .toList();
            assertWhole(source, written, video ? "video written" : "audio written");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSegmentsFilesAreThereSoonAfterItsLastFrame(Kind kind) {
        DubbedRun run = of(kind);

        // The last one is not complete by its frames but by the source's end.
        List<Long> ms = run.writtenAfterNs(kind.segments - 1).stream()
                .map(TimeUnit.NANOSECONDS::toMillis)
                .toList();
        System.out.println(kind + ": files after the segment's last frame, ms: " + ms);
        assertThat(ms).allMatch(after -> after >= 0 && after <= 1000);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void allFragmentsAreDubbed(Kind kind) {
        DubbedRun run = of(kind);

        List<JsonNode> fragments = run.fragments();
        assertThat(fragments).hasSize(kind.segments);
        assertThat(fragments).allSatisfy(fragment -> {
            assertThat(fragment.path("outcome").asText()).isEqualTo("success");
            assertThat(fragment.path("ack").asText()).isEqualTo("applied");
        });
        assertThat(fragments.stream()
                        .map(fragment -> fragment.path("sequence_number").asInt()))
                .containsExactlyElementsOf(
                        IntStream.range(0, kind.segments).boxed().toList());
        assertThat(run.metrics().sum("worker_segments_dubbed_total")).isEqualTo(kind.segments);
        assertThat(run.metrics().sum("worker_audio_fragments_total")).isEqualTo(kind.segments);
        assertThat(run.metrics().sum("worker_fallback_total")).isZero();
        assertThat(run.metrics().sum("worker_sts_rtt_ms_count")).isEqualTo(kind.segments);
        assertThat(ECHOES.get(kind.answer).state().path("violations")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void thePictureIsTheSourcesFromItsFirstToItsLastFrame(Kind kind) {
        DubbedRun run = of(kind);

        List<Packet> aired = Packets.video(run.aired());
        assertWhole(MediaServer.visible(Packets.video(run.original()), aired), aired, "video aired");
    }

    /** At the end of a stream the servers, and rtmp2src, let go of the one message they hold. */
    private static void assertWhole(List<Packet> source, List<Packet> got, String what) {
        Packets.Match match = Packets.match(source, got);
        assertThat(match.startsAt())
                .as("%s: first frame: %s".formatted(what, match))
                .isZero();
        assertThat(match.matched())
                .as("%s: in the source's order: %s".formatted(what, match))
                .isEqualTo(got.size());
        assertThat(match.left())
                .as("%s: frames missing at the end".formatted(what))
                .isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSoundHasNeitherGapNorOverlap(Kind kind) {
        DubbedRun run = of(kind);

        List<Packet> audio = Packets.audio(run.aired());
        assertThat(Packets.audioErrorsMs(audio, kind.sampleRateHz))
                .as("distance of each AAC frame from its place by the count of samples, ms")
                .allMatch(error -> Math.abs(error) <= kind.frameMs());
        assertThat(MediaServer.withoutTheServers(Ffmpeg.warnings(run.recording())))
                .as("warnings of a decoder")
                .isEmpty();
    }

    /**
     * A source that is slower than our clock is followed by single silent frames (design: media-pipeline, "Drift and slew"); and when the last
     * frame has aired before it is known that the source has ended, silence keeps the output up.
     */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void allSoundAirsAndNoMoreThanAFrameComesBetween(Kind kind) {
        DubbedRun run = of(kind);

        List<Packet> aired = Packets.audio(run.aired());
        List<Packet> source = MediaServer.visibleSound(
                Packets.audio(run.original()), aired, Packets.video(run.original()), Packets.video(run.aired()));
        int added = aired.size() - source.size();
        System.out.printf(
                "%s: %d AAC frames of the source, %d aired; the source came %d ms later at its end than at its start%n",
                kind, source.size(), aired.size(), Packets.laterMs(run.arrived()));
        assertThat(added).as("AAC frames more than the source's").isBetween(-2, source.size() / 100);
        if (kind.answer.equals("m4a")) {
            assertThat(Packets.longestInsertion(source, aired))
                    .as("AAC frames between two of the source's")
                    .isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void soundAndPictureStayTogether(Kind kind) {
        DubbedRun run = of(kind);

        FlashAndBeep source = FlashAndBeep.of(run.source());
        FlashAndBeep aired = FlashAndBeep.of(run.recording());
        System.out.printf("%s: sound − picture: source %s, aired %s%n", kind, source, aired);
        assertThat(aired.events()).isGreaterThanOrEqualTo(kind.seconds() - 3);
        for (double delta : new double[] {
            aired.startMs() - source.startMs(),
            aired.middleMs() - source.middleMs(),
            aired.endMs() - source.endMs(),
            aired.minMs() - source.minMs(),
            aired.maxMs() - source.maxMs()
        }) {
            assertThat(delta).as("A/V delta added, ms").isCloseTo(0, within(kind.frameMs()));
        }
        assertThat(run.metrics().sum("worker_av_sync_delta_ms"))
                .as("worker_av_sync_delta_ms")
                .isCloseTo(0, within(kind.frameMs()));
    }
}
