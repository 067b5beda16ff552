package io.livedub.stream.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.Figure;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class BackedSourceTest {
    private static final long MS = 1_000_000L;
    private static final byte FIRST = 1;
    private static final byte BACKUP = 2;

    private final VirtualClock clock = new VirtualClock(1_000_000_000_000L);
    private final FakeMediaSource first = new FakeMediaSource(clock);
    private final FakeMediaSource backup = new FakeMediaSource(clock);
    private final List<String> tries = new ArrayList<>();
    private final BackedSource backed = new BackedSource(
            first,
            backup,
            Duration.ofSeconds(7),
            Duration.ZERO,
            clock,
            (of, failed) -> tries.add((of ? "backup " : "first ") + failed.failure()));
    /** All but frames. */
    private final List<String> seen = new ArrayList<>();

    private final List<Frame> frames = new ArrayList<>();

    private void watch() {
        backed.events()
                .subscribe()
                .with(
                        event -> {
                            if (event instanceof SourceEvent.Arrived arrived) {
                                frames.add(arrived.frame());
                            } else {
                                seen.add(text(event));
                            }
                        },
                        failure -> seen.add(
                                "failed " + ((StreamFailure) failure).exitCode().code()),
                        () -> seen.add("completed"));
    }

    private static String text(SourceEvent event) {
        if (event instanceof SourceEvent.SourceInterrupted lost) {
            return "lost " + lost.reason();
        }
        return event instanceof SourceEvent.SourceSwitched changed
                ? changed.toBackup() ? "to backup" : "to first"
                : event.getClass().getSimpleName().toLowerCase();
    }

    private void frame(FakeMediaSource source, byte mark, long i) {
        long now = clock.nowNs();
        if (i % 2 == 0) {
            source.attempt().emit(new Frame(Segments.AVC, now, now, i % 50 == 0, now, new byte[] {mark}));
        } else {
            source.attempt().emit(new Frame(Segments.AAC, now, now, true, now, new byte[] {mark}));
        }
    }

    /** A frame each 20 ms, pictures and sound in turn, with a keyframe each second. */
    private void play(long ms, boolean ofFirst, boolean ofBackup) {
        for (long i = clock.nowNs() / MS / 20, until = i + ms / 20; i < until; i++) {
            if (ofFirst) {
                frame(first, FIRST, i);
            }
            if (ofBackup) {
                frame(backup, BACKUP, i);
            }
            clock.advanceMs(20);
        }
    }

    private byte lastMark() {
        return frames.get(frames.size() - 1).data()[0];
    }

    @Test
    void onlyTheFirstSourceIsHeardOfWhileItGivesFrames() {
        watch();

        play(20_000, true, true);

        assertThat(seen).containsExactly("back");
        assertThat(frames).hasSize(1000).allMatch(frame -> frame.data()[0] == FIRST);
        assertThat(backed.figures()).containsEntry(Figure.SOURCE_ON_AIR, 0L).containsEntry(Figure.SOURCE_CHANGES, 0L);
    }

    @Test
    void theBackupTakesOverFromASourceThatFellSilentAndNothingIsLostBetween() {
        watch();
        play(4100, true, true);

        play(3000, false, true);

        assertThat(seen).containsExactly("back", "to backup");
        List<Frame> its =
                frames.stream().filter(frame -> frame.data()[0] == BACKUP).toList();
        assertThat(its.get(0).track() == Track.AUDIO || its.get(0).keyframe()).isTrue();
        assertThat(its.stream().filter(frame -> frame.track() == Track.VIDEO).findFirst())
                .get()
                .matches(Frame::keyframe);
        // 3.1 s since its keyframe at 4.0 s: 25 pictures a second.
        assertThat(its.stream().filter(frame -> frame.track() == Track.VIDEO)).hasSize(78);
        assertThat(backed.figures()).containsEntry(Figure.SOURCE_ON_AIR, 1L).containsEntry(Figure.SOURCE_CHANGES, 1L);
    }

    @Test
    void theEndOfTheFirstIsNoLossWhenTheBackupIsThere() {
        watch();
        play(4100, true, true);
        first.refuse(SourceFailure.NO_SUCH_STREAM);
        first.attempt().endOfStream();

        play(60_000, false, true);

        assertThat(seen).containsExactly("back", "to backup");
        assertThat(tries).containsExactly("first the source says NO_SUCH_STREAM");
    }

    @Test
    void theFirstIsBackAfterTenHealthySeconds() {
        watch();
        play(4000, true, true);
        play(3000, false, true);

        play(9900, true, true);
        List<String> before = List.copyOf(seen);
        play(1200, true, true);

        assertThat(before).containsExactly("back", "to backup");
        assertThat(seen).containsExactly("back", "to backup", "to first");
        assertThat(lastMark()).isEqualTo(FIRST);
    }

    @Test
    void anAbsentBackupChangesNothing() {
        backup.refuse(SourceFailure.NO_SUCH_STREAM);
        watch();
        play(4000, true, false);
        first.refuse(SourceFailure.NO_SUCH_STREAM);
        first.attempt().endOfStream();

        clock.advanceMs(60_000);

        assertThat(seen).containsExactly("back", "lost end of stream", "completed");
        assertThat(first.attempt().atNs - 1_004_000_000_000L).isLessThanOrEqualTo(9_000 * MS);
    }

    @Test
    void aBackupWithoutSoundIsAbsentAndAskedForSeldom() {
        backup.refuse(SourceFailure.NO_AUDIO);
        watch();

        play(60_000, true, false);

        assertThat(seen).containsExactly("back");
        assertThat(backup.attempts).hasSize(7);
        assertThat(tries).containsExactly("backup the source says NO_AUDIO");
    }

    @Test
    void aBackupAloneBeginsTheStream() {
        first.refuse(SourceFailure.NO_SUCH_STREAM);
        watch();

        play(20_000, false, true);

        assertThat(seen).containsExactly("to backup", "back");
        assertThat(frames).isNotEmpty();
    }

    @Test
    void aFirstThatIsConnectedAndGivesItsKeyframeLateBeginsTheStream() {
        watch();
        play(3000, false, true);

        play(3000, true, true);

        assertThat(seen).containsExactly("back");
        assertThat(frames).isNotEmpty().allMatch(frame -> frame.data()[0] == FIRST);
    }

    @Test
    void withBothGoneTheStreamIsLostAndEndsWithItsGrace() {
        watch();
        play(4000, true, true);
        backup.refuse(SourceFailure.NO_SUCH_STREAM);
        first.refuse(SourceFailure.NO_SUCH_STREAM);
        first.attempt().endOfStream();
        List<String> pending = List.copyOf(seen);
        backup.attempt().endOfStream();
        List<String> lost = List.copyOf(seen);

        clock.advanceMs(60_000);

        assertThat(pending).containsExactly("back");
        assertThat(lost).containsExactly("back", "lost end of stream");
        assertThat(seen).containsExactly("back", "lost end of stream", "completed");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void whicheverComesBackWithinTheGraceGoesOn() {
        watch();
        play(4000, true, true);
        first.attempt().endOfStream();
        backup.attempt().endOfStream();
        clock.advanceMs(2000);

        play(2000, false, true);

        assertThat(seen).containsExactly("back", "lost end of stream", "to backup", "back");
    }

    @Test
    void aFirstThatIsBackBeforeTheBackupTookOverWasLost() {
        watch();
        play(4000, true, true);
        first.attempt().endOfStream();
        play(1000, false, true);

        play(2000, true, true);

        assertThat(seen).containsExactly("back", "lost end of stream", "back");
    }

    @Test
    void theFirstTakesOverAtOnceFromABackupThatDied() {
        watch();
        play(4000, true, true);
        play(4000, false, true);
        play(4000, true, true);
        backup.refuse(SourceFailure.UNREACHABLE);
        backup.attempt().fail(SourceFailure.LOST);

        play(3000, true, false);

        assertThat(seen).containsExactly("back", "to backup", "to first");
        assertThat(lastMark()).isEqualTo(FIRST);
    }

    @Test
    void notReadyOfTheFirstDoesNotEndAStreamWhoseBackupIsOnAir() {
        watch();
        play(4000, true, true);
        backed.notReady();
        first.refuse(SourceFailure.NO_SUCH_STREAM);
        first.attempt().endOfStream();

        play(30_000, false, true);

        assertThat(seen).containsExactly("back", "to backup");
    }

    @Test
    void notReadyEndsAStreamWhoseConnectionsAreSilent() {
        watch();
        play(4000, true, false);
        first.attempt().endOfStream();
        backed.notReady();

        clock.advanceMs(7000);

        assertThat(seen).containsExactly("back", "lost end of stream", "completed");
    }

    @Test
    void neitherIsToBeHad() {
        first.refuse(SourceFailure.UNREACHABLE);
        backup.refuse(SourceFailure.UNREACHABLE);

        watch();
        clock.advanceMs(60_000);

        assertThat(seen).containsExactly("failed 3");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aFirstThatCannotBeAiredCountsWhenTheBackupIsAbsent() {
        first.refuse(SourceFailure.NO_AUDIO);
        backup.refuse(SourceFailure.NO_SUCH_STREAM);

        watch();
        clock.advanceMs(60_000);

        assertThat(seen).containsExactly("failed 4");
    }

    @Test
    void stoppingEndsBothReadings() {
        watch();
        play(1000, true, true);

        backed.stop();
        backed.stop();
        clock.advanceMs(60_000);

        assertThat(first.attempt().cancelled).isTrue();
        assertThat(backup.attempt().cancelled).isTrue();
        assertThat(seen).containsExactly("back", "completed");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void whatWasStoppedBeforeItBeganCompletes() {
        backed.stop();

        watch();

        assertThat(seen).containsExactly("completed");
        assertThat(first.attempts).isEmpty();
    }
}
