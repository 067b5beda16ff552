package io.livedub.stream.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.config.Target;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.StreamStatus;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.FakeAudioCodec;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.data.Offset.offset;

/** A process is killed and the next one goes on, with a fake engine and a fake service, on virtual time. */
class ResumeTest {
    private static final long MS = 1_000_000L;
    private static final long BEGAN_NS = 1_000_000_000_000L;

    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock(BEGAN_NS);

    @Test
    void whatWasHeldAirsAtItsTimeAndTheTimelineGoesOn() throws IOException {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(20_500);
        first.kill();
        clock.advanceMs(2_000);
        Stage second = Stage.spooled(folder, clock, true).started();
        second.playsFrom(22_500);

        second.play(12_000);

        assertThat(second.sink.zeroNs).isEqualTo(first.sink.zeroNs);
        assertThat(second.sink.openedNs).isEqualTo(BEGAN_NS + 22_500 * MS);
        assertThat(second.seen.defects).isEmpty();
        assertThat(second.seen.warnings).isEmpty();
        assertThat(second.seen.resumed).singleElement().satisfies(resumed -> {
            assertThat(resumed.away()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_150));
            // Until the kill frames had aired up to 15.5 s; then 2.1 s of pictures and sound were due, less the
            // pictures of the GOP that is on air.
            assertThat(resumed.lostFrames()).isBetween(110L, 165L);
            assertThat(resumed.offeredNs())
                    .as("behind what the first process has decided")
                    .isCloseTo(second.seen.aired.get(0).outputNs(), offset(MS));
        });
        assertThat(distances(first)).containsOnly(first.sink.pushed.get(0).dtsNs() / MS * MS);
        assertThat(distances(second))
                .as("the latency is the same, to a millisecond")
                .allSatisfy(distance ->
                        assertThat(distance).isCloseTo(distances(first).get(0), offset(MS)));
        long lastOfTheFirst =
                first.sink.pushed.stream().mapToLong(Frame::dtsNs).max().orElseThrow();
        assertThat(second.sink.pushed.stream().mapToLong(Frame::dtsNs).min().orElseThrow())
                .as("output times never go back")
                .isGreaterThan(lastOfTheFirst);
        assertThat(second.seen.aired).extracting(SegmentEvent.Aired::batch).startsWith(9L, 10L, 11L);
        assertThat(second.sink.pushed(Track.VIDEO).get(0).keyframe()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filesOfWhatHasAiredAreRemoved(boolean dubbed) throws IOException {
        Stage stage = Stage.spooled(folder, clock, dubbed).started();
        stage.play(60_000);

        try (Stream<Path> files = Files.list(folder.resolve("test/.spool"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".spool"))).hasSizeBetween(1, 6);
        }
    }

    @Test
    void aStreamThatAnOperatorHasStoppedIsNotLeftToTheNextProcess() {
        Stage stage = Stage.spooled(folder, clock, false).started();
        stage.sink.endsAfter = Duration.ofMillis(600);
        stage.play(5_000);
        stage.worker.stop("stopped through the API");
        stage.worker.leave("SIGTERM");
        clock.advanceMs(5_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(folder.resolve("test/.spool")).doesNotExist();
    }

    @Test
    void aKillAtAnyInstantIsGoneOnFrom() throws IOException {
        Random random = new Random(14);
        List<Long> batches = new ArrayList<>();
        Stage stage = Stage.spooled(folder, clock, true).started();
        long ms = 0;
        for (int kill = 0; kill < 20; kill++) {
            long plays = 500 + random.nextInt(9_000);
            stage.play(plays);
            ms += plays;
            stage.kill();
            long zeroNs = stage.sink.zeroNs;
            long lastNs =
                    stage.sink.pushed.stream().mapToLong(Frame::dtsNs).max().orElse(0);
            stage.seen.aired.forEach(aired -> batches.add(aired.batch()));
            long away = 50 + random.nextInt(3_000);
            clock.advanceMs(away);
            ms += away;

            stage = Stage.spooled(folder, clock, true).started();
            stage.playsFrom(ms);
            clock.advanceMs(1);
            ms++;

            assertThat(stage.seen.warnings).isEmpty();
            assertThat(stage.seen.resumed).hasSize(1);
            if (zeroNs != 0) {
                assertThat(stage.sink.zeroNs).isEqualTo(zeroNs);
                assertThat(stage.sink.pushed.stream()
                                .mapToLong(Frame::dtsNs)
                                .min()
                                .orElse(Long.MAX_VALUE))
                        .as("output times never go back, kill %d", kill)
                        .isGreaterThanOrEqualTo(lastNs);
            }
        }
        stage.play(20_000);
        assertThat(distances(stage).get(distances(stage).size() - 1))
                .as("the latency after 20 kills")
                .isCloseTo(Stage.SEGMENT.plus(Stage.OFFSET).toNanos() + BEGAN_NS - stage.sink.zeroNs, offset(20 * MS));
        assertThat(batches).isSorted().doesNotHaveDuplicates();
        assertThat(stage.seen.defects).isEmpty();
    }

    @Test
    void aDubThatTheOperatorHasSwitchedOffStaysOff() throws IOException {
        // given
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(10_000);
        first.worker.command(new StreamCommand.SwitchDub(Optional.empty(), false, Optional.empty()));
        first.play(1_000);
        first.kill();

        // when
        Stage second = Stage.spooled(folder, clock, true).started();
        second.playsFrom(11_000);
        second.play(10_000);
        boolean isOn = second.seen.board.status().languages().get(0).dubOn();
        second.worker.command(new StreamCommand.SwitchDub(Optional.empty(), true, Optional.empty()));
        second.kill();
        Stage third = Stage.spooled(folder, clock, true).started();
        third.playsFrom(21_000);
        third.play(10_000);

        // then
        assertThat(isOn).isFalse();
        assertThat(second.seen.fallbacks).contains("operator");
        assertThat(third.seen.fallbacks).doesNotContain("operator");
    }

    /** The first language of what was said is another one then, and its viewers are where they were. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLanguageStaysAtItsPathWhenTheOneAtOutWasRemoved(boolean dubbed) throws IOException {
        // given
        Stage first = Stage.spooled(folder, clock, TestSettings.into("es", "fr"), dubbed)
                .started();
        first.play(10_000);
        first.worker.command(new StreamCommand.RemoveLanguage("es"));
        first.play(10_000);
        first.kill();

        // when
        Stage second =
                Stage.spooled(folder, clock, TestSettings.into("fr"), dubbed).started();
        second.playsFrom(20_000);
        second.play(10_000);
        second.worker.command(new StreamCommand.AddLanguage(Target.of("es")));
        second.play(10_000);
        second.kill();
        Stage third = Stage.spooled(folder, clock, TestSettings.into("fr", "es"), dubbed)
                .started();
        third.playsFrom(40_000);
        third.play(10_000);

        // then
        assertThat(first.sink.ended).isTrue();
        assertThat(second.sinks.get("fr").zeroNs).isEqualTo(first.sinks.get("fr").zeroNs);
        assertThat(second.sinks.get("fr").pushed(Track.VIDEO)).isNotEmpty();
        assertThat(second.sink.openedNs).as("when es is back").isGreaterThanOrEqualTo(BEGAN_NS + 30_000 * MS);
        assertThat(third.sinks.keySet()).containsExactly("fr");
        assertThat(third.sink.pushed(Track.VIDEO)).isNotEmpty();
        assertThat(third.seen.board.status().languages())
                .extracting(StreamStatus.LanguageStatus::language, StreamStatus.LanguageStatus::output)
                .containsExactly(tuple("fr", "out-fr"), tuple("es", "out"));
        assertThat(third.seen.board.atOut()).contains("es");
        assertThat(second.seen.defects).isEmpty();
    }

    /** A word of the operator, who has nothing else to say it with: the first one is at {@code out}. */
    @Test
    void theFirstLanguageOfTheNextProcessIsAtOutWhenNoneHasComeOrGoneOnAir() throws IOException {
        Stage first = Stage.spooled(folder, clock, TestSettings.into("es", "fr"), true)
                .started();
        first.play(10_000);
        first.kill();

        Stage second =
                Stage.spooled(folder, clock, TestSettings.into("fr"), true).started();
        second.playsFrom(10_000);
        second.play(10_000);

        assertThat(second.sinks).isEmpty();
        assertThat(second.sink.pushed(Track.VIDEO)).isNotEmpty();
        assertThat(second.seen.board.atOut()).contains("fr");
    }

    @Test
    void passthroughGoesOnOnTheSameTimes() throws IOException {
        Stage first = Stage.spooled(folder, clock, false).started();
        first.play(5_090);
        first.kill();
        clock.advanceMs(1_500);
        Stage second = Stage.spooled(folder, clock, false).started();
        second.playsFrom(6_590);

        second.play(5_000);

        assertThat(second.sink.zeroNs).isEqualTo(first.sink.zeroNs);
        assertThat(second.seen.resumed).hasSize(1);
        assertThat(distances(second)).allSatisfy(distance -> assertThat(distance)
                .isCloseTo(distances(first).get(0), offset(MS)));
        assertThat(second.sink.pushed.stream().mapToLong(Frame::dtsNs).min().orElseThrow())
                .isGreaterThan(
                        first.sink.pushed.stream().mapToLong(Frame::dtsNs).max().orElseThrow());
    }

    @Test
    void aProcessThatIsToldToEndAirsWhatItHadReadAndTheNextOneGoesOn() throws IOException {
        // given
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(20_500);
        first.worker.leave("SIGTERM");
        assertThat(first.worker.state()).isEqualTo(new StreamState.Draining("SIGTERM"));

        // when
        long ms = 20_500;
        while (first.end == null && ms < 40_000) {
            first.play(100);
            ms += 100;
        }
        clock.advanceMs(700);
        Stage second = Stage.spooled(folder, clock, true).started();
        second.playsFrom(ms + 700);
        second.play(12_000);

        // then
        assertThat(first.end).isEqualTo(new StreamState.Ended("SIGTERM"));
        assertThat(first.sink.ended).isTrue();
        assertThat(first.sts.seen).contains("stream:end");
        assertThat(ms).as("segment and offset behind the signal, ms").isBetween(20_500 + 5_000L, 20_500 + 5_500L);
        int last = lastNumber(first);
        assertThat(last).as("what had come airs").isBetween(20_500 * 30 / 1000 - 1, 21_000 * 30 / 1000);
        assertThat(second.seen.resumed).singleElement().satisfies(resumed -> assertThat(resumed.away())
                .isBetween(Duration.ofMillis(600), Duration.ofMillis(900)));
        int next = Stage.number(second.sink.pushed(Track.VIDEO).get(0));
        assertThat(second.sink.pushed(Track.VIDEO).get(0).keyframe()).isTrue();
        assertThat(next).as("only what was due meanwhile is missing").isLessThanOrEqualTo(last + 30);
        assertThat(second.sink.zeroNs).isEqualTo(first.sink.zeroNs);
        assertThat(distances(second))
                .as("the latency is the same, to a millisecond")
                .allSatisfy(distance ->
                        assertThat(distance).isCloseTo(distances(first).get(0), offset(MS)));
        assertThat(first.seen.fallbacks).isEmpty();
        assertThat(second.seen.aired.stream().limit(3)).allMatch(SegmentEvent.Aired::dubbed);
        assertThat(first.seen.warnings).isEmpty();
        assertThat(second.seen.warnings).isEmpty();
        assertThat(first.seen.defects).isEmpty();
        assertThat(second.seen.defects).isEmpty();
    }

    @Test
    void whatIsRelayedEndsAtOnceAndTheNextProcessGoesOn() throws IOException {
        // given
        Stage first = Stage.spooled(folder, clock, false).started();
        first.play(5_090);

        // when
        first.worker.leave("SIGTERM");
        clock.advanceMs(1_500);
        Stage second = Stage.spooled(folder, clock, false).started();
        second.playsFrom(6_590);
        second.play(5_000);

        // then
        assertThat(first.end).isEqualTo(new StreamState.Ended("SIGTERM"));
        assertThat(second.seen.resumed).hasSize(1);
        assertThat(second.sink.zeroNs).isEqualTo(first.sink.zeroNs);
        assertThat(distances(second)).allSatisfy(distance -> assertThat(distance)
                .isCloseTo(distances(first).get(0), offset(MS)));
    }

    @Test
    void nothingIsLeftOfAStreamThatHasNotBegun() throws IOException {
        Stage first = Stage.spooled(folder, clock, true).started();
        clock.advanceMs(1_000);

        first.worker.leave("SIGTERM");
        clock.advanceMs(30_000);

        assertThat(first.end).isEqualTo(new StreamState.Ended("SIGTERM"));
        assertThat(folder.resolve("test/.spool")).doesNotExist();
    }

    @Test
    void aStopBehindTheSignalStillAirsWhatHadCome() throws IOException {
        // given
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(10_500);
        first.worker.leave("SIGTERM");
        first.play(500);

        // when
        first.worker.stop("stopped by the API");
        clock.advanceMs(30_000);

        // then
        assertThat(first.exitCode()).isZero();
        assertThat(lastNumber(first)).isBetween(10_500 * 30 / 1000 - 1, 11_000 * 30 / 1000);
    }

    @Test
    void aStreamThatEndsIsNotGoneOnWith() throws IOException {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(5_000);
        first.worker.stop("over");
        clock.advanceMs(30_000);
        assertThat(first.exitCode()).isZero();

        assertThat(folder.resolve("test/.spool")).doesNotExist();
        Stage second = Stage.spooled(folder, clock, true).started();
        second.play(5_000);
        assertThat(second.seen.resumed).isEmpty();
    }

    @Test
    void aSpoolThatIsTooOldIsLeftAloneWithOneLine() throws IOException {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(5_000);
        first.kill();
        clock.advanceMs(61_000);

        Stage second = Stage.spooled(folder, clock, true).started();
        second.play(9_000);

        assertThat(second.seen.warnings)
                .containsExactly("the spool that another process has left is 61 s old, and may be 60 s; it is left"
                        + " alone, and the stream begins anew");
        assertThat(second.seen.resumed).isEmpty();
        assertThat(second.sink.zeroNs).isGreaterThan(first.sink.zeroNs + 61_000 * MS);
    }

    @Test
    void aCorruptSpoolIsLeftAloneWithOneLine() throws IOException {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(5_000);
        first.kill();
        try (var files = Files.newDirectoryStream(folder.resolve("test/.spool"), "*.spool")) {
            for (Path file : files) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }

        Stage second = Stage.spooled(folder, clock, true).started();
        second.play(9_000);

        assertThat(second.seen.warnings).singleElement().asString().contains("is corrupt");
        assertThat(second.seen.aired).isNotEmpty();
    }

    @Test
    void aSecondProcessSaysWhoHasTheStream() {
        Stage.spooled(folder, clock, true);

        assertThatThrownBy(() -> Stage.spooled(folder, clock, true))
                .isInstanceOfSatisfying(
                        StreamFailure.class,
                        failure -> assertThat(failure.exitCode().code()).isEqualTo(5))
                .hasMessageContaining("pid " + ProcessHandle.current().pid());
    }

    private static int lastNumber(Stage stage) {
        return stage.sink.pushed(Track.VIDEO).stream()
                .mapToInt(Stage::number)
                .max()
                .orElseThrow();
    }

    /** From the time of each frame at the source to its time on the output, made silence left out; in ns. */
    private static List<Long> distances(Stage stage) {
        List<Long> distances = new ArrayList<>();
        for (Frame frame : stage.sink.pushed) {
            if (frame.data().length < 3 || Arrays.equals(frame.data(), FakeAudioCodec.SILENCE)) {
                continue;
            }
            if (frame.track() == Track.VIDEO) {
                distances.add(frame.dtsNs() - Stage.number(frame) * 1_000_000_000L / 30);
            }
        }
        return distances;
    }
}
