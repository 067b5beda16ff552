package io.livedub.stream.chain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.Target;
import io.livedub.media.Frame;
import io.livedub.media.SourceException;
import io.livedub.media.Track;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamStatus;
import io.livedub.support.FakeMediaSink;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

/** Several languages of one stream, on virtual time. */
class LanguagesTest {
    @TempDir
    private Path folder;

    private record Stamped(long dtsNs, long ptsNs, int payload) {}

    private static List<Stamped> pictures(FakeMediaSink sink) {
        return sink.pushed(Track.VIDEO).stream()
                .map(frame -> new Stamped(frame.dtsNs(), frame.ptsNs(), Arrays.hashCode(frame.data())))
                .toList();
    }

    private static List<Long> times(FakeMediaSink sink) {
        return sink.pushed(Track.AUDIO).stream().map(Frame::dtsNs).toList();
    }

    private Map<String, Long> fallbacks(Stage stage) {
        return stage.seen.fallbacks.stream().collect(groupingBy(reason -> reason, counting()));
    }

    @Test
    void allHaveTheSamePicturesWithTheSameTimeStamps() {
        Stage stage = Stage.languages(folder, "es", "fr", "original").started();

        stage.play(20_000);
        stage.worker.stop("over");
        stage.clock.advanceMs(12_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(pictures(stage.sink)).hasSizeGreaterThan(500);
        assertThat(pictures(stage.sinks.get("fr"))).isEqualTo(pictures(stage.sink));
        assertThat(pictures(stage.sinks.get("original"))).isEqualTo(pictures(stage.sink));
        assertThat(times(stage.sinks.get("fr"))).isEqualTo(times(stage.sink));
        assertThat(stage.sinks.values()).allMatch(sink -> sink.ended);
        assertThat(stage.seen.aired.stream().filter(aired -> aired.dubbed()).count())
                .isGreaterThan(10);
        assertThat(stage.seen.fallbacks).isEmpty();
    }

    @Test
    void aServiceThatIsGoneForOneLanguageCostsTheOthersNothing() {
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(6_000);
        stage.services.get("fr").away = true;
        stage.services.get("fr").drop();

        stage.play(60_000);

        assertThat(stage.videoIsIdentical()).isFalse();
        assertThat(pictures(stage.sinks.get("fr"))).isEqualTo(pictures(stage.sink));
        assertThat(fallbacks(stage).keySet()).containsOnly("disconnected");
        assertThat(stage.worker.state().label()).isEqualTo("live");
        long dubbed = stage.seen.aired.stream().filter(aired -> aired.dubbed()).count();
        assertThat(dubbed).isGreaterThan(28);
    }

    @Test
    void anOutputThatIsRefusedIsTriedAgainWhileAnotherIsOnAir() {
        Stage stage = Stage.languages(folder, "es", "fr");
        stage.sink("fr", stage.clock).refuses = "the server refuses the stream";
        stage.started();
        stage.play(20_000);
        assertThat(stage.worker.state().label()).isEqualTo("live");
        assertThat(stage.sink.pushed(Track.VIDEO)).isNotEmpty();
        assertThat(stage.sinks.get("fr").opened).isBetween(3, 12);

        stage.sinks.get("fr").refuses = null;
        stage.play(40_000);

        assertThat(stage.sinks.get("fr").pushed(Track.VIDEO)).isNotEmpty();
    }

    @Test
    void anOutputThatIsAwayIsNotCalledOnAirUntilItIsBack() {
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);
        assertThat(stage.seen.languages).containsExactly("starting", "starting", "on_air", "on_air");
        stage.sinks.get("fr").refuses = "another publisher has the path";
        stage.sinks.get("fr").fail("the server closed the connection");

        stage.play(10_000);
        assertThat(stage.seen.languages.subList(4, stage.seen.languages.size())).containsExactly("output_lost");

        stage.sinks.get("fr").refuses = null;
        stage.play(20_000);
        assertThat(stage.seen.languages.subList(4, stage.seen.languages.size()))
                .containsExactly("output_lost", "on_air");
    }

    @Test
    void aLanguageWithADefectIsPublishedAgainWithGrowingPausesAndCostsTheOthersNothing() {
        // given
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);
        FakeMediaSink fr = stage.sinks.get("fr");
        IllegalStateException defect = new IllegalStateException("a defect");
        int before = fr.pushed.size();

        // when
        fr.whenPushed = defect;
        stage.play(20_000);

        // then
        assertThat(stage.seen.languages).last().isEqualTo("output_lost");
        assertThat(fr.opened).isBetween(3, 12);
        assertThat(stage.seen.defects).hasSize(fr.opened).containsOnly(defect);
        assertThat(stage.seen.pipelineErrors).singleElement().asString().contains("internal error: ", "a defect");
        assertThat(stage.worker.state().label()).isEqualTo("live");

        // when
        fr.whenPushed = null;
        stage.play(40_000);

        // then
        assertThat(stage.seen.languages).last().isEqualTo("on_air");
        assertThat(fr.pushed).hasSizeGreaterThan(before);
        List<Stamped> last = pictures(stage.sink);
        assertThat(pictures(fr)).contains(last.get(last.size() - 100));
        assertThat(stage.longestAudioGapNs()).isLessThan(1_000_000);
    }

    @Test
    void allOutputsRefusedIsTheEnd() {
        Stage stage = Stage.languages(folder, "es", "fr");
        stage.sink.refuses = "no";
        stage.sink("fr", stage.clock).refuses = "no";
        stage.started();

        stage.play(20_000);

        assertThat(stage.exitCode()).isEqualTo(5);
    }

    @Test
    void aLanguageIsAddedAndRemovedOnAirAndNoOtherNotices() {
        Stage stage = Stage.languages(folder, "es").started();
        stage.play(11_000);

        stage.worker.command(new StreamCommand.AddLanguage(Target.of("fr")));
        stage.play(20_000);
        List<Stamped> added = pictures(stage.sinks.get("fr"));
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.play(20_000);

        List<Stamped> first = pictures(stage.sink);
        assertThat(added).isNotEmpty();
        int from = first.indexOf(added.get(0));
        assertThat(from).isPositive();
        List<Stamped> whole = pictures(stage.sinks.get("fr"));
        assertThat(whole).isEqualTo(first.subList(from, from + whole.size()));
        assertThat(whole.size()).isLessThan(first.size() - from);
        assertThat(stage.sinks.get("fr").ended).isTrue();
        assertThat(stage.longestAudioGapNs()).isLessThan(1_000_000);
        assertThat(stage.seen.fallbacks).isEmpty();
        assertThat(stage.sinks.get("fr").pushed(Track.VIDEO).get(0).keyframe()).isTrue();
    }

    @Test
    void aLanguageThatIsWantedAgainWhileItDrainsComesBackWhenItsOutputHasEnded() {
        // given
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);
        FakeMediaSink fr = stage.sinks.get("fr");
        fr.endsAfter = Duration.ofSeconds(2);

        // when
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.play(1_000);
        stage.worker.command(new StreamCommand.AddLanguage(Target.of("fr")));
        stage.play(20_000);

        // then
        assertThat(stage.seen.warnings).isEmpty();
        assertThat(fr.opened).isEqualTo(2);
        List<Stamped> last = pictures(stage.sink);
        assertThat(pictures(fr)).contains(last.get(last.size() - 100));
        assertThat(stage.seen.fallbacks).isEmpty();
    }

    @Test
    void aLanguageThatIsRemovedAgainBeforeItCameBackStaysAway() {
        // given
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);

        // when
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.worker.command(new StreamCommand.AddLanguage(Target.of("fr")));
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.play(20_000);

        // then
        assertThat(stage.seen.warnings).isEmpty();
        assertThat(stage.sinks.get("fr").opened).isEqualTo(1);
    }

    @Test
    void theOnlyOtherLanguageCanBeRemovedWhileOneReturns() {
        // given
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);

        // when
        stage.worker.command(new StreamCommand.RemoveLanguage("es"));
        stage.worker.command(new StreamCommand.AddLanguage(Target.of("es")));
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.play(20_000);

        // then
        assertThat(stage.seen.warnings).isEmpty();
        assertThat(stage.sink.opened).isEqualTo(2);
        FakeMediaSink fr = stage.sinks.get("fr");
        assertThat(fr.ended).isTrue();
        List<Stamped> meanwhile = pictures(fr);
        long last = meanwhile.get(meanwhile.size() - 1).dtsNs();
        // It stays until the other one has its place: no picture is missing from both.
        assertThat(pictures(stage.sink))
                .anyMatch(picture -> picture.dtsNs() > last && picture.dtsNs() < last + 40_000_000);
    }

    @Test
    void theOnlyLanguageStaysWhenTheOneForWhichItWaitedDoesNotReturn() {
        // given
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);
        stage.worker.command(new StreamCommand.RemoveLanguage("es"));
        stage.worker.command(new StreamCommand.AddLanguage(Target.of("es")));
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));

        // when
        stage.worker.command(new StreamCommand.RemoveLanguage("es"));
        stage.play(10_000);
        stage.worker.command(new StreamCommand.AddLanguage(Target.of("de")));
        stage.play(20_000);

        // then
        assertThat(stage.seen.warnings).isEmpty();
        assertThat(stage.sink.opened).isEqualTo(1);
        assertThat(stage.sinks.get("fr").ended).isFalse();
        assertThat(stage.sinks.get("de").opened).isEqualTo(1);
    }

    @Test
    void aLanguageThatIsRemovedWhileTheSourceIsLostEndsWhenItsSoundHasAired() {
        // given
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_500);
        stage.source.refuse(SourceException.SourceFailure.NO_SUCH_STREAM);
        stage.source.attempt().endOfStream();

        // when
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.clock.advanceMs(6_000);

        // then
        FakeMediaSink fr = stage.sinks.get("fr");
        assertThat(stage.end).as("the source is still waited for").isNull();
        assertThat(fr.ended).isTrue();
        assertThat(pictures(fr)).hasSameSizeAs(pictures(stage.sink));
        assertThat(pictures(fr)).hasSizeGreaterThan(300);
        assertThat(stage.seen.warnings).isEmpty();
    }

    @Test
    void aLanguageThatIsRemovedBeforeItWasOnAirLeavesNothingBehind() {
        // given
        Stage stage = Stage.languages(folder, "es").started();
        stage.play(11_000);
        stage.sts.delayMs = 1_900;

        // when
        stage.worker.command(new StreamCommand.AddLanguage(Target.of("fr")));
        stage.play(1_500);
        stage.worker.command(new StreamCommand.RemoveLanguage("fr"));
        stage.play(10_000);

        // then
        assertThat(stage.seen.board.status().languages())
                .extracting(StreamStatus.LanguageStatus::language)
                .containsExactly("es");
        assertThat(stage.longestAudioGapNs()).isLessThan(1_000_000);
    }

    @Test
    void theLastLanguageStays() {
        Stage stage = Stage.languages(folder, "es").started();
        stage.play(8_000);

        stage.worker.command(new StreamCommand.RemoveLanguage("es"));
        stage.play(4_000);

        assertThat(stage.sink.ended).isFalse();
        assertThat(stage.seen.warnings).anyMatch(line -> line.contains("the last one"));
    }

    @Test
    void theOperatorsSwitchAirsOriginalSoundAndIsOnAgainByItself() {
        Stage stage = Stage.languages(folder, "es", "fr").started();
        stage.play(10_000);

        stage.worker.command(new StreamCommand.SwitchDub(Optional.of("es"), false, Optional.of(Duration.ofSeconds(6))));
        stage.play(20_000);

        assertThat(fallbacks(stage))
                .hasEntrySatisfying("operator", count -> assertThat(count).isBetween(2L, 4L));
        assertThat(stage.seen.fallbacks).containsOnly("operator");
        assertThat(pictures(stage.sinks.get("fr"))).isEqualTo(pictures(stage.sink));
    }

    @Test
    void aServiceIsToldOfResultsThatTheOperatorKeepsOffTheAir() {
        // given
        Stage stage = Stage.languages(folder, "es").started();
        stage.play(10_000);
        stage.worker.command(new StreamCommand.SwitchDub(Optional.empty(), false, Optional.empty()));

        // when
        stage.play(20_000);
        stage.worker.stop("over");
        stage.clock.advanceMs(12_000);

        // then
        Map<String, Long> said = stage.sts.seen.stream().collect(groupingBy(event -> event, counting()));
        assertThat(said.get("fragment:data")).isGreaterThan(5);
        assertThat(said.get("fragment:ack")).isEqualTo(said.get("fragment:data"));
        assertThat(stage.seen.fallbacks).containsOnly("operator");
    }

    @Test
    void commandsAreReadBackFromTheirLines() {
        List<StreamCommand> commands = List.of(
                new StreamCommand.AddLanguage(Target.of("pt-BR")),
                new StreamCommand.AddLanguage(new Target("fr", Optional.of("anna maria"))),
                new StreamCommand.RemoveLanguage("fr"),
                new StreamCommand.SwitchDub(Optional.empty(), true, Optional.empty()),
                new StreamCommand.SwitchDub(Optional.of("es"), false, Optional.of(Duration.ofSeconds(30))));

        for (StreamCommand command : commands) {
            assertThat(StreamCommand.read(command.line())).contains(command);
        }
        assertThat(StreamCommand.read("sing")).isEmpty();
    }
}
