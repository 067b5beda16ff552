package io.livedub.stream.chain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Frame;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.StreamState;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;
import io.livedub.timeline.SlatePlan;

import static org.assertj.core.api.Assertions.assertThat;

/** A process hands a stream over whose first source is away: its backup is on air, or nothing is. */
class TakeOverOfLostSourceTest {
    private static final long MS = 1_000_000L;
    private static final long MOST_STEP_NS = 50 * MS;

    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock(1_000_000_000_000L);
    private final List<Stage> all = new ArrayList<>();
    private long playedMs;

    private Stage start(boolean dubbed, boolean standsBy) {
        Stage stage = Stage.patient(folder, clock, dubbed, standsBy).started();
        all.add(stage);
        return stage;
    }

    /** Of a payload: its source, and the time at which it was sent in ms. */
    private static Frame frame(int source, long ms, Track track, long nowNs) {
        byte[] data = {(byte) source, (byte) (ms >> 16), (byte) (ms >> 8), (byte) ms};
        boolean video = track == Track.VIDEO;
        long stampNs = ms * MS + source * 5_000 * MS;
        return new Frame(video ? Segments.AVC : Segments.AAC, stampNs, stampNs, !video || ms % 2000 == 0, nowNs, data);
    }

    /** 25 pictures a second with a keyframe each 2 s, and sound, of one source to all processes. */
    private void play(long ms, int source) {
        for (long until = playedMs + ms; playedMs < until; playedMs++) {
            for (Stage stage : all) {
                FakeMediaSource to = source == 1 ? stage.source : stage.backup;
                if (playedMs % 40 == 0) {
                    to.attempt().emit(frame(source, playedMs, Track.VIDEO, clock.nowNs()));
                }
                long soundNs = Segments.AAC.framesToNs(Segments.AAC.nsToFrames(playedMs * MS));
                if (playedMs * MS - soundNs < MS) {
                    to.attempt().emit(frame(source, playedMs, Track.AUDIO, clock.nowNs()));
                }
            }
            clock.advanceMs(1);
        }
    }

    private void firstSourceGoes() {
        all.forEach(stage -> {
            stage.source.refuse(SourceFailure.NO_SUCH_STREAM);
            stage.source.attempt().fail(SourceFailure.LOST);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSourceThatIsLostWhileTheStreamGoesOverBeginsAnewInTheNextProcess(boolean dubbed) {
        Stage first = start(dubbed, false);
        first.sink.endsAfter = Duration.ofMillis(600);
        first.backup.refuse(SourceFailure.NO_SUCH_STREAM);
        first.backup.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        play(30_000, 1);
        Stage second = start(dubbed, true);
        second.backup.refuse(SourceFailure.NO_SUCH_STREAM);
        second.backup.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        play(5_000, 1);
        second.worker.command(new StreamCommand.AskForStream());
        for (int i = 0; i < 20_000 && second.sink.prepared == 0; i += 20) {
            play(20, 1);
        }
        firstSourceGoes();
        clock.advanceMs(4_000);
        assertThat(first.end).isEqualTo(new StreamState.Ended("another process has taken the stream over"));
        second.source.refuse(null);
        clock.advanceMs(2_000);
        int before = second.sink.pushed(Track.VIDEO).size();
        playedMs = 0;
        play(20_000, 1);

        assertThat(second.sink.pushed(Track.VIDEO)).hasSizeGreaterThan(before + 14 * 25);
        assertThat(second.seen.defects).isEmpty();
    }

    private static List<Frame> pictures(Stage first, Stage second) {
        List<Frame> pictures = new ArrayList<>(first.sink.pushed(Track.VIDEO));
        pictures.addAll(second.sink.pushed(Track.VIDEO));
        return pictures;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theBackupThatIsOnAirGoesOnWithItsNextFrame(boolean dubbed) {
        Stage first = start(dubbed, false);
        first.backup.refuse(null);
        playBoth(8_000);
        firstSourceGoes();
        play(12_000, 2);
        Stage second = start(dubbed, true);
        second.source.refuse(SourceFailure.NO_SUCH_STREAM);
        second.source.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        play(5_000, 2);
        assertThat(second.seen.standingBy).containsExactly(false, true);
        second.worker.command(new StreamCommand.AskForStream());
        play(20_000, 2);

        assertThat(first.end).isEqualTo(new StreamState.Ended("another process has taken the stream over"));
        assertThat(second.sink.opened).isEqualTo(1);
        assertThat(second.seen.defects).isEmpty();
        List<Frame> pictures = pictures(first, second);
        int from = first.sink.pushed(Track.VIDEO).size();
        assertThat(pictures.size()).isGreaterThan(from + 100);
        assertThat(pictures.get(from).keyframe()).isTrue();
        for (int i = from - 10; i < pictures.size(); i++) {
            assertThat(pictures.get(i).dtsNs() - pictures.get(i - 1).dtsNs())
                    .as("step of picture %d, the next process begins at %d", i, from)
                    .isBetween(1L, MOST_STEP_NS);
            assertThat(pictures.get(i).data()[0]).isEqualTo((byte) 2);
        }
    }

    private void playBoth(long ms) {
        for (long until = playedMs + ms; playedMs < until; ) {
            long at = playedMs;
            for (Stage stage : all) {
                if (at % 40 == 0) {
                    stage.backup.attempt().emit(frame(2, at, Track.VIDEO, clock.nowNs()));
                }
                long soundNs = Segments.AAC.framesToNs(Segments.AAC.nsToFrames(at * MS));
                if (at * MS - soundNs < MS) {
                    stage.backup.attempt().emit(frame(2, at, Track.AUDIO, clock.nowNs()));
                }
            }
            play(1, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamWithoutAnySourceGoesOverAndIsGoneOnWithWhenTheSourceIsBack(boolean dubbed) {
        Stage first = start(dubbed, false);
        playBoth(8_000);
        firstSourceGoes();
        first.backup.refuse(SourceFailure.NO_SUCH_STREAM);
        first.backup.attempt().fail(SourceFailure.LOST);
        clock.advanceMs(3_000);
        Stage second = start(dubbed, true);
        second.source.refuse(SourceFailure.NO_SUCH_STREAM);
        second.source.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        second.backup.refuse(SourceFailure.NO_SUCH_STREAM);
        second.backup.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        clock.advanceMs(9_000);
        assertThat(second.seen.standingBy)
                .as("the source may be back in a moment")
                .containsExactly(false);
        clock.advanceMs(8_000);
        assertThat(second.seen.standingBy).containsExactly(false, true);
        second.worker.command(new StreamCommand.AskForStream());
        clock.advanceMs(20_000);

        assertThat(first.end).isEqualTo(new StreamState.Ended("another process has taken the stream over"));
        assertThat(second.end).isNull();
        assertThat(second.seen.defects).isEmpty();
        second.source.refuse(null);
        clock.advanceMs(3_000);
        all.remove(first);
        playedMs = 60_000;
        play(14_000, 1);
        List<Frame> pictures = pictures(first, second);
        assertThat(second.sink.pushed(Track.VIDEO)).hasSizeGreaterThan(100);
        for (int i = 1; i < pictures.size(); i++) {
            assertThat(pictures.get(i).dtsNs())
                    .isGreaterThan(pictures.get(i - 1).dtsNs());
        }
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void aSlateThatIsOnAirIsOnAirInTheNextProcessToo(boolean dubbed, boolean killed) throws IOException {
        Stage first = slated(dubbed, false);
        play(8_000, 1);
        firstSourceGoes();
        clock.advanceMs(20_000);
        int shown = first.sink.pushed(Track.VIDEO).size();
        Stage second;
        if (killed) {
            first.kill();
            second = slated(dubbed, false);
        } else {
            second = slated(dubbed, true);
            second.source.refuse(SourceFailure.NO_SUCH_STREAM);
            second.source.attempt().fail(SourceFailure.NO_SUCH_STREAM);
            clock.advanceMs(17_000);
            assertThat(second.seen.standingBy).containsExactly(false, true);
            second.worker.command(new StreamCommand.AskForStream());
            clock.advanceMs(20_000);
            assertThat(first.end).isEqualTo(new StreamState.Ended("another process has taken the stream over"));
        }
        second.source.refuse(SourceFailure.NO_SUCH_STREAM);
        clock.advanceMs(20_000);

        List<Frame> slate = second.sink.pushed(Track.VIDEO);
        assertThat(slate).hasSizeBetween(19, 41).allSatisfy(picture -> assertThat(picture.data())
                .isEqualTo(first.sink.pushed(Track.VIDEO).get(shown - 1).data()));
        assertThat(second.sink.pushed(Track.AUDIO)).hasSizeGreaterThan(800);
        List<Frame> pictures = pictures(first, second);
        for (int i = shown - 5; i < pictures.size(); i++) {
            assertThat(pictures.get(i).dtsNs() - pictures.get(i - 1).dtsNs())
                    .as("step %d of %d, %d before", i, pictures.size(), shown)
                    .isBetween(1L, 2_500 * MS);
        }
        assertThat(second.seen.defects).isEmpty();
    }

    private Stage slated(boolean dubbed, boolean standsBy) {
        SlatePlan hold = new SlatePlan(Optional.empty());
        Stage stage = Stage.patient(hold, folder, clock, dubbed, standsBy).started();
        all.add(stage);
        return stage;
    }

    @Test
    void aSourceThatOnlyTheOtherProcessReadsIsWaitedFor() {
        Stage first = start(false, false);
        playBoth(8_000);
        Stage second = start(false, true);
        all.remove(second);
        playBoth(30_000);

        assertThat(second.seen.standingBy).containsExactly(false);
        assertThat(first.end).isNull();
    }
}
