package io.livedub.stream.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.id.StreamId;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamState;
import io.livedub.support.FakeAudioCodec;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole chain with a fake engine and a fake service, on virtual time. */
class StreamWorkerTest {
    private static final long MS = 1_000_000L;

    @TempDir
    Path folder;

    @Test
    void dubsEachSegmentAndAirsItWhenItIsDue() throws IOException {
        Stage stage = Stage.dubbed(folder).started();
        long startNs = stage.clock.nowNs();

        playToItsEnd(stage, 10_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.seen.aired).hasSize(5).allMatch(segment -> segment.dubbed());
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.longestAudioGapNs()).isLessThan(MS);
        assertThat(stage.sink.pacing).isEqualTo(Pacing.TIMED);
        assertThat(stage.sink.zeroNs + stage.sink.pushed(Track.VIDEO).get(0).dtsNs())
                .as("segment and offset behind the source")
                .isEqualTo(startNs + Stage.SEGMENT.plus(Stage.OFFSET).toNanos());
        assertThat(stage.sink.latestNs).as("nothing is pushed late").isLessThanOrEqualTo(0);
        assertThat(files())
                .contains("000000_video.mp4", "000000_audio.m4a", "000000_audio_dubbed.m4a", "000004_video.mp4");
        assertThat(stage.seen.life).containsExactly("live", "source-lost", "draining", "ended");
        assertThat(stage.sts.seen).startsWith("stream:init").endsWith("stream:end");
        assertThat(stage.sts.seen.stream().filter("fragment:ack"::equals)).hasSize(5);
        assertThat(stage.live.all()).isEmpty();
    }

    /** A media server closes a publication that sends nothing: MediaMTX after 10 s. */
    @Test
    void withALongOffsetTheOutputIsOpenedShortlyBeforeItSends() throws IOException {
        Stage stage = Stage.dubbed(folder, Duration.ofSeconds(30)).started();

        stage.play(20_000);
        assertThat(stage.seen.aired)
                .as("segments that are decided, by the output's time")
                .isNotEmpty()
                .allMatch(segment -> segment.outputNs() >= 0 && segment.outputNs() < 20_000 * MS);
        assertThat(stage.sink.openedNs).as("nothing is published").isNegative();
        playToItsEnd(stage, 15_000);
        stage.clock.advanceMs(30_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.sink.opened).isOne();
        assertThat(stage.sink.zeroNs - stage.sink.openedNs).isBetween(7_900 * MS, 8_000 * MS);
        assertThat(stage.sink.latestNs).as("nothing is pushed late").isLessThanOrEqualTo(0);
    }

    /** A publisher that comes back then is another run's: nobody reads it any more. */
    @Test
    void itDrainsFromTheEndOfItsSourceOnWhileResultsAreWaitedFor() {
        Stage stage = Stage.dubbed(folder, Duration.ofSeconds(20)).started();
        stage.play(5_000);
        stage.sts.mute = true;
        stage.play(1_500);
        stage.source.refuse(SourceFailure.NO_SUCH_STREAM);
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(6_900);
        assertThat(stage.worker.state()).isInstanceOf(StreamState.SourceLost.class);
        stage.clock.advanceMs(600);

        assertThat(stage.worker.state()).isInstanceOf(StreamState.Draining.class);
        assertThat(stage.seen.aired).as("the last result is waited for").hasSize(3);
    }

    @Test
    void passthroughRelaysWhatComesAsItComes() throws IOException {
        Stage stage = Stage.passthrough(folder).started();

        stage.play(5_000);
        long pushed = stage.sink.pushed.size();
        playToItsEnd(stage, 1_000);

        assertThat(pushed)
                .as("a newest frame waits for the other track, no more than that")
                .isBetween(150 + 235 - 2L, 150 + 235L);
        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.sink.pacing).isEqualTo(Pacing.IMMEDIATE);
        assertThat(stage.sink.pushed).hasSameSizeAs(stage.sent);
        assertThat(files()).contains("000000_video.mp4", "000002_audio.m4a").doesNotContain("000000_audio_dubbed.m4a");
        assertThat(stage.sts.seen).isEmpty();
    }

    @Test
    void theLastPartAirsHoweverShortItIs() throws IOException {
        Stage stage = Stage.dubbed(folder).started();

        playToItsEnd(stage, 4_500);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.seen.aired).hasSize(3);
        assertThat(files()).contains("000001_video.mp4").doesNotContain("000002_video.mp4");
    }

    @Test
    void aSourceThatIsLostAndComesBackGoesOnOnTheSameOutput() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(5_000);
        stage.source.attempt().fail(SourceFailure.LOST);

        stage.clock.advanceMs(1_000);
        stage.play(4_000);
        playToItsEnd(stage, 0);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.seen.life).containsExactly("live", "source-lost", "live", "source-lost", "draining", "ended");
        assertThat(stage.sts.seen).containsSubsequence("stream:pause", "stream:resume", "stream:end");
        assertThat(stage.longestAudioGapNs()).as("silence fills the hole").isLessThan(25 * MS);
        assertThat(stage.sink.pushed(Track.AUDIO))
                .anyMatch(frame -> java.util.Arrays.equals(frame.data(), FakeAudioCodec.SILENCE));
        assertThat(stage.seen.pipelineErrors).contains("source: the source says LOST");
    }

    /** An encoder or a network that stops for a while without closing the connection, and then catches up. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_000, 3_000, 4_500})
    void aSourceThatStallsDoesNotMakeTheStreamLater(int stallMs) {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(7_900);
        stage.clock.advanceMs(stallMs);
        stage.play(stallMs, 100);
        stage.play(6_100);
        stage.worker.measure();

        assertThat(stage.seen.figure(Figure.OUTPUT_LATE_NS)).isZero();
        assertThat(stage.seen.figure(Figure.OUTPUT_FILLED)).isZero();
        assertThat(stage.seen.figure(Figure.LATENCY_NS)).isBetween(4_950 * MS, 5_010 * MS);
        playToItsEnd(stage, 0);
        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
    }

    /** Nothing for 5 s, which is when its connection is given up: later than the last segment's air time. */
    @Test
    void whatHasComeOfASegmentAirsAtItsTimeWhenTheSourceStaysSilent() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(7_900);
        stage.clock.advanceMs(5_000);
        stage.source.attempt().fail(SourceFailure.LOST);
        stage.clock.advanceMs(1_000);
        stage.playsFrom(14_000);
        stage.play(8_000);
        stage.worker.measure();

        assertThat(stage.seen.figure(Figure.OUTPUT_LATE_NS)).isZero();
        assertThat(stage.seen.figure(Figure.LATENCY_NS)).isBetween(4_990 * MS, 5_010 * MS);
        playToItsEnd(stage, 0);
        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
    }

    @Test
    void aSourceThatRanFarAheadOfItsTimeDoesNotKeepAStreamOnAirThatIsToldToStop() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(5_000);
        stage.play(60_000, 100);

        stage.worker.stop("over");
        stage.clock.advanceMs(25_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.sink.ended).isTrue();
        assertThat(stage.seen.warnings)
                .anyMatch(line -> line.matches("draining has taken 15 s.* \\d+ frames are dropped"));
        assertThat(stage.seen.life).endsWith("draining", "ended");
    }

    @Test
    void moreSegmentsThanCanWaitForTheirDubsAreDroppedAndTheStreamGoesOn() {
        Stage stage = Stage.dubbed(folder).started();
        stage.sts.mute = true;
        stage.play(5_000);
        stage.play(300_000, 100);
        stage.worker.measure();

        stage.worker.stop("over");
        stage.clock.advanceMs(25_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.seen.figure(Figure.SOURCE_TOO_MUCH)).isPositive();
        assertThat(stage.seen.life).endsWith("draining", "ended");
    }

    @Test
    void aServerThatDoesNotAnswerEndsTheStreamAfterWhatIsHeld() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(5_000);
        stage.source.refuse(SourceFailure.UNREACHABLE);
        stage.source.attempt().fail(SourceFailure.LOST);

        stage.clock.advanceMs(30_000);

        assertThat(stage.exitCode()).isEqualTo(3);
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.sink.ended).isTrue();
    }

    @Test
    void aSourceThatIsNeverThereIsExitCodeThree() {
        Stage stage = Stage.dubbed(folder);
        stage.source.refuse(SourceFailure.NO_SUCH_STREAM);

        stage.started();
        stage.clock.advanceMs(8_000);

        assertThat(stage.exitCode()).isEqualTo(3);
        assertThat(stage.sink.openedNs).as("nothing was published").isNegative();
        assertThat(stage.sts.seen).isEmpty();
    }

    @Test
    void aSourceWithoutAudioIsExitCodeFour() {
        for (Stage stage : List.of(Stage.dubbed(folder), Stage.passthrough(folder))) {
            stage.source.refuse(SourceFailure.NO_AUDIO);

            stage.started();
            stage.clock.advanceMs(1_000);

            assertThat(stage.exitCode()).isEqualTo(4);
            assertThat(((StreamState.Failed) stage.end).reason()).isEqualTo("the source says NO_AUDIO");
        }
    }

    @Test
    void aServiceIsToldOfTheEndAlsoWhenItHasFragmentsAndNothingCanAir() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(4_000);
        stage.sts.delayMs = 2_900;
        stage.play(2_500);

        stage.sink.fail("the server closed the connection");
        stage.clock.advanceMs(2_000);

        assertThat(stage.exitCode()).isEqualTo(5);
        assertThat(stage.sts.seen).endsWith("stream:end");
    }

    @Test
    void publishingThatIsRefusedIsExitCodeFive() {
        for (Stage stage : List.of(Stage.dubbed(folder), Stage.passthrough(folder))) {
            stage.started();
            stage.play(3_000);

            stage.sink.fail("the server refuses rtmp://x/live/test/out");
            stage.clock.advanceMs(15_000);

            assertThat(stage.exitCode()).isEqualTo(5);
            assertThat(stage.seen.pipelineErrors).containsExactly("sink: the server refuses rtmp://x/live/test/out");
            assertThat(stage.sink.closed).isTrue();
            assertThat(stage.source.attempt().cancelled).isTrue();
        }
    }

    @Test
    void stsThatIsLostForEverIsExitCodeSixAfterWhatIsHeld() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(3_000);
        stage.sts.away = true;
        stage.sts.drop();

        stage.play(64_000);
        stage.clock.advanceMs(30_000);

        assertThat(stage.exitCode()).isEqualTo(6);
        assertThat(stage.seen.fallbacks).contains("disconnected");
        long video = stage.sink.pushed(Track.VIDEO).size();
        assertThat(video).as("all that was read until the fifth attempt failed").isBetween(1800L, 2000L);
        assertThat(stage.longestAudioGapNs()).isLessThan(MS);
        assertThat(stage.sink.ended).isTrue();
    }

    @Test
    void stsThatIsLostForEverStaysOnAirWhenItIsSetSo() {
        Stage stage = Stage.dubbedOrOriginal(folder).started();
        stage.play(3_000);
        stage.sts.away = true;
        stage.sts.drop();

        stage.play(120_000);
        stage.sts.away = false;
        stage.play(60_000);
        playToItsEnd(stage, 0);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.seen.aired.get(stage.seen.aired.size() - 1).dubbed()).isTrue();
    }

    @Test
    void stsThatDoesNotAnswerCostsTheDubAndNothingElse() {
        Stage stage = Stage.dubbed(folder).started();
        stage.sts.mute = true;

        playToItsEnd(stage, 20_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.seen.aired).hasSize(10).noneMatch(segment -> segment.dubbed());
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.longestAudioGapNs()).isLessThan(MS);
        assertThat(stage.sink.latestNs).isLessThanOrEqualTo(0);
    }

    @Test
    void stoppingAirsWhatIsHeld() {
        for (Stage stage : List.of(Stage.dubbed(folder), Stage.passthrough(folder))) {
            stage.started();
            stage.play(5_000);

            stage.worker.stop("SIGTERM");
            boolean reading = !stage.source.attempt().cancelled;
            stage.clock.advanceMs(10_000);

            assertThat(reading).isFalse();
            assertThat(stage.end).isEqualTo(new StreamState.Ended("SIGTERM"));
            assertThat(stage.videoIsIdentical()).isTrue();
            assertThat(stage.seen.life).endsWith("draining", "ended");
        }
    }

    @Test
    void stoppingBeforeTheFirstFrameEndsAtOnce() {
        Stage stage = Stage.dubbed(folder).started();

        stage.worker.stop("SIGINT");
        stage.clock.advanceMs(500);

        assertThat(stage.end).isEqualTo(new StreamState.Ended("SIGINT"));
    }

    @Test
    void stoppingBeforeItRunsEndsAtOnce() {
        Stage stage = Stage.passthrough(folder);

        stage.worker.stop("SIGINT");
        stage.started();
        stage.clock.advanceMs(1_000);

        assertThat(stage.end).isEqualTo(new StreamState.Ended("SIGINT"));
    }

    @Test
    void aDefectEndsTheStreamAndNothingElse() {
        for (Stage stage : List.of(Stage.dubbed(folder), Stage.passthrough(folder))) {
            stage.started();
            stage.play(3_000);

            stage.sink.whenPushed = new IllegalStateException("ours");
            stage.play(5_000);
            stage.clock.advanceMs(30_000);

            assertThat(stage.exitCode()).isEqualTo(70);
            assertThat(stage.seen.defects).hasSize(1);
            assertThat(stage.source.attempt().cancelled).isTrue();
        }
    }

    @Test
    void aServiceThatNeverCompletesDoesNotHoldTheEnd() {
        Stage stage = Stage.dubbed(folder).started();
        stage.sts.endless = true;

        playToItsEnd(stage, 4_000);
        stage.clock.advanceMs(15_000);

        assertThat(stage.exitCode()).isZero();
    }

    @Test
    void aDiskThatHangsHoldsNeitherFramesNorTheEnd() {
        Stage stage = Stage.dubbed(folder);
        // The first task makes the M4A, the second begins to write and never comes back; the writer does not
        // ask for another.
        AtomicInteger tasks = new AtomicInteger();
        stage.filers = task -> {
            if (tasks.incrementAndGet() != 2) {
                task.run();
            }
        };
        stage.started();

        playToItsEnd(stage, 60_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.seen.aired).hasSize(30).allMatch(segment -> segment.dubbed());
        assertThat(stage.seen.warnings)
                .contains("the disk hangs: the stream goes on without its files until it is back");
    }

    @Test
    void workersThatAreAllHeldUpCostTheDubAndNothingElse() {
        Stage stage = Stage.dubbed(folder);
        stage.workers = task -> {};
        stage.filers = task -> {};
        stage.started();

        playToItsEnd(stage, 10_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.videoIsIdentical()).isTrue();
        assertThat(stage.seen.fallbacks).hasSize(5).containsOnly("late");
        assertThat(stage.longestAudioGapNs()).isLessThan(MS);
        assertThat(stage.sink.latestNs).isLessThanOrEqualTo(0);
    }

    @Test
    void workersThatAreHeldUpDoNotLeaveTheServicePausedBehindALoss() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(5_000);
        List<Runnable> heldUp = new ArrayList<>();
        stage.filers = heldUp::add;
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(1_000);
        stage.play(1_000);

        stage.filers = Runnable::run;
        heldUp.forEach(Runnable::run);
        stage.play(20_000);

        assertThat(stage.seen.aired).last().matches(segment -> segment.dubbed());
        assertThat(stage.sts.seen).doesNotContain("stream:pause");
    }

    @Test
    void soundThatChangesWithEachFrameFillsNeitherTheLogNorTheQueueOfTheWorkers() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(3_000);
        List<Runnable> tasks = new ArrayList<>();
        stage.workers = tasks::add;
        AudioFormat other = AudioFormat.aacLc(44_100, 1);

        for (int i = 0; i < 200; i++) {
            long atNs = 3_000 * MS + Segments.AAC.framesToNs(i);
            stage.clock.advanceMs(20);
            stage.source
                    .attempt()
                    .emit(new Frame(
                            i % 2 == 0 ? other : Segments.AAC, atNs, atNs, true, stage.clock.nowNs(), new byte[4]));
        }

        assertThat(stage.seen.notes.stream().filter(line -> line.startsWith("source: the sound is")))
                .hasSize(10);
        // The dub of the segment that was cut at the first change is the other one.
        assertThat(tasks).hasSizeLessThanOrEqualTo(2);
        tasks.forEach(Runnable::run);
        assertThat(stage.seen.defects).isEmpty();
    }

    @Test
    void theDriftOfASourceIsKnownAfterAMinute() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(9_000);
        stage.worker.measure();
        stage.play(50_000);
        stage.worker.measure();
        assertThat(stage.seen.totals.figures()).doesNotContainKey(Figure.SOURCE_DRIFT_PPM);

        stage.play(11_000);
        stage.worker.measure();

        assertThat(stage.seen.totals.figures()).containsEntry(Figure.SOURCE_DRIFT_PPM, 0L);
    }

    @Test
    void latencyAndDeltaAreMeasuredBehindTheMuxer() {
        Stage stage = Stage.dubbed(folder).started();
        stage.worker.measure();
        long before = stage.seen.figure(Figure.LATENCY_NS);
        stage.play(9_000);

        stage.worker.measure();

        assertThat(before).isZero();
        assertThat(stage.seen.figure(Figure.LATENCY_NS))
                .isEqualTo(Stage.SEGMENT.plus(Stage.OFFSET).toNanos());
        assertThat(stage.seen.figure(Figure.AV_DELTA_NS)).isBetween(-22 * MS, 22 * MS);
        assertThat(stage.worker.state()).isEqualTo(new StreamState.Live());
        assertThat(stage.worker.spec().streamId()).isEqualTo(new StreamId("test"));
    }

    @Test
    void whatIsHeldAndHowLateIsMeasured() {
        Stage stage = Stage.dubbed(folder).started();
        stage.play(9_000);

        stage.worker.measure();

        assertThat(stage.seen.figure(Figure.HELD_BYTES)).isPositive();
        assertThat(stage.seen.figure(Figure.OUTPUT_QUEUED)).isPositive();
        assertThat(stage.seen.figure(Figure.OUTPUT_PUSH_LATE_NS))
                .as("a tick at the most, on a machine that does nothing else")
                .isBetween(1L, 70 * MS);
        assertThat(stage.seen.totals.figures())
                .containsEntry(Figure.OUTPUT_LATE_NS, 0L)
                .containsEntry(Figure.OUTPUT_FILLED, 0L)
                .containsEntry(Figure.OUTPUT_OVERLAPPING, 0L)
                .containsEntry(Figure.OUTPUT_INSERTED, 0L)
                .containsEntry(Figure.OUTPUT_LEFT_OUT, 0L)
                .containsEntry(Figure.OUTPUT_REFUSED, 0L)
                .containsEntry(Figure.SOURCE_BEFORE_ZERO, 0L);
    }

    @Test
    void theOffsetFollowsTheRoundTripWhenItIsSetSo() {
        Stage stage = Stage.following(folder);
        stage.sts.delayMs = 400;
        stage.started();

        stage.play(12_000);
        stage.worker.measure();

        assertThat(stage.seen.figure(Figure.LATENCY_NS))
                .as("segment + 1.5 × round trip + 1 s")
                .isBetween(3_550 * MS, 3_650 * MS);
        assertThat(stage.seen.fallbacks).isEmpty();
    }

    @Test
    void hooksReachTheSource() {
        Stage stage = Stage.passthrough(folder).started();
        stage.play(2_000);
        stage.worker.publisherGone();
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(2_000);
        stage.worker.publisherThere();

        stage.clock.advanceMs(6_000);

        assertThat(stage.end).isNull();
    }

    /** The source sends this much, ends, and does not come back; what is held airs. */
    private static void playToItsEnd(Stage stage, long ms) {
        stage.play(ms);
        stage.source.refuse(SourceFailure.NO_SUCH_STREAM);
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(20_000);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("test"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
