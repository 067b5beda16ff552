package io.livedub.stream.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Frame;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;
import io.livedub.stream.events.StreamState;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** A process hands a stream over to another one, with a fake engine and a fake service, on virtual time. */
class TakeOverTest {
    private static final long MS = 1_000_000L;

    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock(1_000_000_000_000L);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNextProcessGoesOnWithTheNextFrame(boolean dubbed) {
        Random random = new Random(14);
        Stage first = Stage.spooled(folder, clock, dubbed).started();
        first.play(9_000 + random.nextInt(3_000));
        Stage second = Stage.standingBy(first, folder, dubbed).started();
        first.play(1_500);
        assertThat(second.sink.opened).isZero();
        assertThat(second.seen.standingBy).containsExactly(false, true);

        second.worker.command(new StreamCommand.AskForStream());
        first.play(20_000);

        assertThat(first.end).isEqualTo(new StreamState.Ended("another process has taken the stream over"));
        assertThat(first.sink.ended).isTrue();
        assertThat(second.seen.resumed).singleElement().satisfies(resumed -> assertThat(resumed.lostFrames())
                .isZero());
        assertThat(second.seen.warnings).isEmpty();
        assertThat(second.seen.defects).isEmpty();
        assertThat(first.seen.defects).isEmpty();
        assertThat(second.sink.zeroNs).isEqualTo(first.sink.zeroNs);
        assertThat(numbers(first, second, Track.VIDEO)).as("pictures").satisfies(TakeOverTest::followEachOther);
        assertThat(times(first, second, Track.VIDEO)).as("times").isSorted().doesNotHaveDuplicates();
        assertThat(times(first, second, Track.AUDIO)).as("times").isSorted().doesNotHaveDuplicates();
        assertThat(second.sink.pushed(Track.VIDEO).get(0).keyframe()).isTrue();
        assertThat(steps(first, second, Track.VIDEO))
                .allSatisfy(step -> assertThat(step).isBetween(32 * MS, 35 * MS));
        assertThat(steps(first, second, Track.AUDIO))
                .allSatisfy(step -> assertThat(step).isBetween(20 * MS, 23 * MS));
        if (dubbed) {
            List<Long> batches = new ArrayList<>();
            first.seen.aired.forEach(aired -> batches.add(aired.batch()));
            second.seen.aired.forEach(aired -> batches.add(aired.batch()));
            assertThat(batches).isSorted().doesNotHaveDuplicates();
            assertThat(batches.get(batches.size() - 1)).isEqualTo(batches.size() - 1L);
            assertThat(second.seen.fallbacks).isEmpty();
            assertThat(first.seen.fallbacks).isEmpty();
        } else {
            assertThat(numbers(first, second, Track.AUDIO)).as("sound").satisfies(TakeOverTest::followEachOther);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNextProcessIsReadyBeforeTheOutputHasEnded(boolean dubbed) {
        Stage first = Stage.spooled(folder, clock, dubbed).started();
        first.sink.endsAfter = Duration.ofMillis(600);
        first.play(9_000);
        Stage second = askedUntilPrepared(first, dubbed);

        assertThat(first.sink.ended).isTrue();
        assertThat(first.end).isNull();
        assertThat(second.sink.opened).as("two never publish").isZero();
        assertThat(second.seen.resumed).isEmpty();
        while (first.end == null) {
            first.play(10);
        }
        first.play(20);
        assertThat(second.sink.opened).isEqualTo(1);
        first.play(5_000);
        assertThat(second.sink.prepared).isEqualTo(1);
        assertThat(second.sink.announced).isEqualTo(1);
        assertThat(second.sink.pushed(Track.VIDEO).get(0).keyframe()).isTrue();
        assertThat(numbers(first, second, Track.VIDEO)).satisfies(TakeOverTest::followEachOther);
        assertThat(times(first, second, Track.AUDIO)).isSorted().doesNotHaveDuplicates();
        assertThat(second.seen.defects).isEmpty();
        assertThat(first.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSourceThatIsLostWhileTheStreamGoesOverBeginsAnewInTheNextProcess(boolean dubbed) {
        Stage first = Stage.spooled(folder, clock, dubbed).started();
        first.sink.endsAfter = Duration.ofMillis(600);
        first.play(60_000);
        Stage second = askedUntilPrepared(first, dubbed);
        for (Stage each : List.of(first, second)) {
            each.source.refuse(SourceFailure.NO_SUCH_STREAM);
            each.source.attempt().fail(SourceFailure.LOST);
        }
        clock.advanceMs(4_000);
        second.source.refuse(null);
        clock.advanceMs(2_000);
        int before = second.sink.pushed(Track.VIDEO).size();
        first.playsFrom(0);
        first.play(20_000);

        assertThat(second.sink.pushed(Track.VIDEO)).hasSizeGreaterThan(before + 14 * 30);
        List<Frame> sound = second.sink.pushed(Track.AUDIO);
        assertThat(sound.get(sound.size() - 1).data()).isNotEqualTo(second.codec.silence(Segments.AAC));
        assertThat(times(first, second, Track.VIDEO)).isSorted().doesNotHaveDuplicates();
        assertThat(second.seen.defects).isEmpty();
    }

    @Test
    void whatWasWrittenAfterTheNextProcessHasReadItIsReadAgain() throws IOException {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.sink.endsAfter = Duration.ofMillis(600);
        first.play(9_000);
        Stage second = askedUntilPrepared(first, true);
        try (Stream<Path> files = Files.list(folder.resolve("test/.spool"))) {
            Path last = files.filter(file -> file.toString().endsWith(".spool"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            Files.write(last, new byte[] {0}, StandardOpenOption.APPEND);
        }
        first.play(6_000);

        assertThat(second.sink.prepared).isEqualTo(2);
        assertThat(second.sink.opened).isEqualTo(1);
        assertThat(numbers(first, second, Track.VIDEO)).satisfies(TakeOverTest::followEachOther);
        assertThat(second.seen.defects).isEmpty();
    }

    @Test
    void aProcessThatIsStoppedWhenItIsReadyPublishesNothing() {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.sink.endsAfter = Duration.ofMillis(600);
        first.play(9_000);
        Stage second = askedUntilPrepared(first, true);
        second.worker.stop("SIGTERM");
        first.play(3_000);

        assertThat(second.end).isEqualTo(new StreamState.Ended("SIGTERM"));
        assertThat(second.sink.opened).isZero();
        assertThat(second.sink.closed).isTrue();
        assertThat(second.seen.defects).isEmpty();
        assertThat(first.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 600})
    void aStopWhileTheStreamIsBeingPutTogetherIsHeard(int endsAfterMs) {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.sink.endsAfter = Duration.ofMillis(endsAfterMs);
        first.play(9_000);
        Stage second = Stage.standingBy(first, folder, true).started();
        first.play(1_500);
        second.seen.also = event -> {
            if (event instanceof OfLanguage of && of.event() instanceof LifeEvent.LanguageLife) {
                second.seen.also = later -> {};
                second.worker.stop("SIGTERM");
            }
        };
        second.worker.command(new StreamCommand.AskForStream());
        first.play(20_000);

        assertThat(second.end).isEqualTo(new StreamState.Ended("SIGTERM"));
        assertThat(second.sink.prepared).isEqualTo(1);
        assertThat(second.sink.ended || second.sink.closed).isTrue();
        assertThat(second.seen.defects).isEmpty();
    }

    /** Another process that stands by, up to where it has prepared its output. */
    private Stage askedUntilPrepared(Stage first, boolean dubbed) {
        Stage second = Stage.standingBy(first, folder, dubbed).started();
        first.play(1_500);
        second.worker.command(new StreamCommand.AskForStream());
        for (int i = 0; i < 2_000 && second.sink.prepared == 0; i++) {
            first.play(10);
        }
        assertThat(second.sink.prepared).isEqualTo(1);
        return second;
    }

    @Test
    void aProcessThatDiesBeforeItAsksLeavesTheStreamWhereItIs() {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(9_000);
        Stage second = Stage.standingBy(first, folder, true).started();
        first.play(1_500);
        second.worker.stop("SIGTERM");
        first.play(10_000);

        assertThat(first.end).isNull();
        assertThat(second.end).isEqualTo(new StreamState.Ended("SIGTERM"));
        assertThat(first.videoIsIdentical()).isFalse();
        assertThat(numbers(first, second, Track.VIDEO)).satisfies(TakeOverTest::followEachOther);
    }

    @Test
    void aProcessThatDiesWhenItHasAskedLeavesTheStreamWhereItIs() {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(8_200);
        Stage second = Stage.standingBy(first, folder, true).started();
        first.play(1_500);
        second.worker.command(new StreamCommand.AskForStream());
        first.play(200);
        assertThat(folder.resolve("test/.spool/successor")).exists();
        second.worker.stop("killed");
        first.play(10_000);

        assertThat(first.end).isNull();
        assertThat(folder.resolve("test/.spool/successor")).isEmptyFile();
        assertThat(numbers(first, second, Track.VIDEO)).satisfies(TakeOverTest::followEachOther);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProcessThatIsToldToEndAndThenAskedHandsTheStreamOver(boolean asked) {
        Stage first = Stage.spooled(folder, clock, true).started();
        first.play(9_000);
        Stage second = Stage.standingBy(first, folder, true).started();
        first.play(1_500);
        first.worker.leave("SIGTERM");
        first.play(200);
        if (asked) {
            second.worker.command(new StreamCommand.AskForStream());
        }
        first.play(20_000);

        assertThat(first.exitCode()).isZero();
        assertThat(first.seen.defects).isEmpty();
        assertThat(second.seen.defects).isEmpty();
        assertThat(second.sink.zeroNs).isEqualTo(first.sink.zeroNs);
        assertThat(times(first, second, Track.VIDEO)).as("times").isSorted().doesNotHaveDuplicates();
        if (asked) {
            assertThat(numbers(first, second, Track.VIDEO)).as("pictures").satisfies(TakeOverTest::followEachOther);
        } else {
            List<Integer> numbers = numbers(first, second, Track.VIDEO);
            assertThat(numbers.get(numbers.size() - 1) - numbers.get(0) + 1 - numbers.size())
                    .as("pictures that were due meanwhile, less those of the keyframe on air that come again")
                    .isBetween(-30, 30);
        }
    }

    @Test
    void aStreamThatEndsInTheProcessThatHasItIsNotBegunAgain() {
        Stage first = Stage.spooled(folder, clock, false).started();
        first.play(9_000);
        Stage second = Stage.standingBy(first, folder, false).started();
        first.play(1_500);
        first.worker.stop("SIGTERM");
        clock.advanceMs(20_000);

        assertThat(second.end).isEqualTo(new StreamState.Ended("the stream has ended in the process that had it"));
        assertThat(second.sink.opened).isZero();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aStreamThatIsStoppedAroundTheAskEndsInBothProcesses(boolean dubbed, boolean asked) {
        Stage first = Stage.spooled(folder, clock, dubbed).started();
        first.play(8_200);
        Stage second = Stage.standingBy(first, folder, dubbed).started();
        first.play(1_500);
        if (asked) {
            second.worker.command(new StreamCommand.AskForStream());
            first.play(200);
        }

        first.worker.stop("stopped by the API");
        clock.advanceMs(100);
        second.worker.command(new StreamCommand.AskForStream());
        clock.advanceMs(20_000);

        assertThat(first.end).isEqualTo(new StreamState.Ended("stopped by the API"));
        assertThat(first.sink.ended).isTrue();
        assertThat(second.end).isEqualTo(new StreamState.Ended("the stream has ended in the process that had it"));
        assertThat(second.sink.opened).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsTakenOverAgainAndAgainAtRandomInstants(boolean dubbed) {
        Random random = new Random(7);
        List<Stage> all =
                new ArrayList<>(List.of(Stage.spooled(folder, clock, dubbed).started()));
        Stage player = all.get(0);
        player.play(7_000);
        for (int i = 0; i < 12; i++) {
            Stage next = Stage.standingBy(player, folder, dubbed).started();
            player.play(1_300 + random.nextInt(2_000));
            next.worker.command(new StreamCommand.AskForStream());
            player.play(9_000 + random.nextInt(2_000));
            assertThat(all.get(i).exitCode()).as("exit code of %d", i).isZero();
            assertThat(next.seen.resumed).as("resumed %d", i).hasSize(1);
            all.add(next);
        }
        List<Frame> pictures = all.stream()
                .flatMap(stage -> stage.sink.pushed(Track.VIDEO).stream())
                .toList();
        assertThat(pictures.stream().map(Stage::number).toList()).satisfies(TakeOverTest::followEachOther);
        assertThat(pictures.stream().map(Frame::dtsNs).toList()).isSorted().doesNotHaveDuplicates();
        List<Frame> sound = all.stream()
                .flatMap(stage -> stage.sink.pushed(Track.AUDIO).stream())
                .toList();
        for (int i = 1; i < sound.size(); i++) {
            assertThat(sound.get(i).dtsNs() - sound.get(i - 1).dtsNs())
                    .as("step of sound %d", i)
                    .isBetween(19 * MS, 24 * MS);
        }
        all.forEach(stage -> assertThat(stage.seen.defects).isEmpty());
    }

    private static void followEachOther(List<? extends Integer> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).as("number %d", i).isEqualTo(numbers.get(i - 1) + 1);
        }
    }

    private static List<Frame> both(Stage first, Stage second, Track track) {
        List<Frame> all = new ArrayList<>(first.sink.pushed(track));
        all.addAll(second.sink.pushed(track));
        return all;
    }

    private static List<Integer> numbers(Stage first, Stage second, Track track) {
        return both(first, second, track).stream().map(Stage::number).toList();
    }

    private static List<Long> times(Stage first, Stage second, Track track) {
        return both(first, second, track).stream().map(Frame::dtsNs).toList();
    }

    private static List<Long> steps(Stage first, Stage second, Track track) {
        List<Long> times = times(first, second, track);
        List<Long> steps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            steps.add(times.get(i) - times.get(i - 1));
        }
        return steps;
    }
}
