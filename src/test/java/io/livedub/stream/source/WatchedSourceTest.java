package io.livedub.stream.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.stream.StreamFailure;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class WatchedSourceTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeMediaSource source = new FakeMediaSource(clock);
    private final WatchedSource watched = new WatchedSource(
            source,
            Duration.ofSeconds(7),
            Duration.ZERO,
            Repeats.LEFT_OUT,
            clock,
            failed -> this.tries.add(failed.line("rtmp://here/in")));
    private final List<String> seen = new ArrayList<>();
    private final List<String> tries = new ArrayList<>();

    @Test
    void framesComeAsTheyAre() {
        watch();

        source.attempt().emit(frame(1));
        source.attempt().emit(frame(2));

        assertThat(seen).containsExactly("back", "frame 1", "frame 2");
    }

    @Test
    void aSourceThatIsNotThereIsAskedForThreeTimesMore() {
        source.refuse(SourceFailure.UNREACHABLE);

        watch();
        clock.advanceMs(60_000);

        assertThat(source.openedMs()).containsExactly(0L, 1000L, 3000L, 7000L);
        assertThat(seen).containsExactly("failed 3 the source says UNREACHABLE");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void eachTryInVainSaysWhatWasTriedWhatFailedAndWhatFollows() {
        source.refuse(SourceFailure.UNREACHABLE);

        watch();
        clock.advanceMs(60_000);

        assertThat(tries)
                .containsExactly(
                        "no source at rtmp://here/in, try 1: the source says UNREACHABLE; trying again in 1.0 s",
                        "no source at rtmp://here/in, try 2: the source says UNREACHABLE; trying again in 2.0 s",
                        "no source at rtmp://here/in, try 3: the source says UNREACHABLE; trying again in 4.0 s",
                        "no source at rtmp://here/in, try 4: the source says UNREACHABLE; giving up");
    }

    @Test
    void aRetryThatFindsTheStreamGoesOn() {
        watch();
        source.attempt().emit(frame(1));
        source.attempt().fail(SourceFailure.LOST);

        clock.advanceMs(1000);
        source.attempt().emit(frame(2));

        assertThat(source.openedMs()).containsExactly(0L, 1000L);
        assertThat(seen).containsExactly("back", "frame 1", "lost the source says LOST", "back", "frame 2");
    }

    @Test
    void anEndOfStreamIsALossUntilTheGraceTimeIsOver() {
        watch();
        source.attempt().emit(frame(1));
        source.refuse(SourceFailure.NO_SUCH_STREAM);

        source.attempt().endOfStream();
        clock.advanceMs(60_000);

        assertThat(seen).containsExactly("back", "frame 1", "lost end of stream", "completed");
        assertThat(source.openedMs()).containsExactly(0L, 1000L, 3000L, 5000L, 7000L);
    }

    @Test
    void aSourceWithoutAudioIsFinal() {
        source.refuse(SourceFailure.NO_AUDIO);

        watch();

        assertThat(seen).containsExactly("failed 4 the source says NO_AUDIO");
    }

    @Test
    void whatIsNoSourcesFailureIsALoss() {
        watch();
        source.attempt().emit(frame(1));

        source.attempt().fail(new IllegalStateException("queue"));

        assertThat(seen).containsExactly("back", "frame 1", "lost java.lang.IllegalStateException: queue");
        assertThat(clock.pendingTasks()).isEqualTo(1);
    }

    @Test
    void framesOfAnOldAttemptAreIgnored() {
        watch();
        FakeMediaSource.Attempt old = source.attempt();
        old.emit(frame(1));
        old.endOfStream();
        clock.advanceMs(1000);

        old.emit(frame(2));
        old.endOfStream();

        assertThat(source.attempts).hasSize(2);
        assertThat(seen).containsExactly("back", "frame 1", "lost end of stream");
    }

    @Test
    void stoppingEndsTheReading() {
        watch();
        source.attempt().emit(frame(1));

        watched.stop();
        source.attempt().emit(frame(2));
        watched.stop();

        assertThat(source.attempt().cancelled).isTrue();
        assertThat(seen).containsExactly("back", "frame 1", "completed");
    }

    @Test
    void stoppingWhileRetryingOpensNothingMore() {
        source.refuse(SourceFailure.UNREACHABLE);
        watch();
        clock.advanceMs(1500);

        watched.stop();
        clock.advanceMs(60_000);

        assertThat(source.openedMs()).containsExactly(0L, 1000L);
        assertThat(seen).containsExactly("completed");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void whatWasStoppedBeforeItBeganCompletes() {
        watched.stop();

        watch();

        assertThat(seen).containsExactly("completed");
        assertThat(source.attempts).isEmpty();
    }

    @Test
    void notReadyAndNoWordMoreEndsASourceThatIsGone() {
        watch();
        source.attempt().emit(frame(1));
        watched.notReady();
        clock.advanceMs(500);
        source.attempt().endOfStream();

        // A connection that is open and silent: nothing but the grace time ends it.
        clock.advanceMs(6_499);
        boolean early = seen.contains("completed");
        clock.advanceMs(1);

        assertThat(early).isFalse();
        assertThat(seen).endsWith("completed");
        assertThat(source.attempt().cancelled).isTrue();
    }

    @Test
    void readyTakesNotReadyBack() {
        watch();
        source.attempt().emit(frame(1));
        watched.notReady();
        source.attempt().endOfStream();
        clock.advanceMs(2000);

        watched.ready();
        clock.advanceMs(60_000);

        assertThat(seen).doesNotContain("completed");
    }

    @Test
    void theHookOfAPublisherThatIsBackIsFollowedAtOnceButNotEachTime() {
        watch();
        source.attempt().emit(frame(1));
        source.attempt().endOfStream();
        clock.advanceMs(1000);
        source.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        clock.advanceMs(300);

        watched.ready();
        clock.advanceMs(0);
        assertThat(source.openedMs()).containsExactly(0L, 1000L, 1300L);
        source.attempt().fail(SourceFailure.NO_SUCH_STREAM);
        for (int i = 0; i < 9; i++) {
            watched.ready();
            clock.advanceMs(100);
        }
        assertThat(source.openedMs()).hasSize(3);
        clock.advanceMs(1100);
        source.attempt().emit(frame(2));
        watched.ready();
        clock.advanceMs(5000);

        assertThat(source.openedMs()).containsExactly(0L, 1000L, 1300L, 3300L);
        assertThat(seen).endsWith("back", "frame 2");
    }

    @Test
    void atTheStartAHookUsesUpNoTry() {
        source.refuse(SourceFailure.NO_SUCH_STREAM);
        watch();

        watched.ready();
        clock.advanceMs(999);

        assertThat(source.openedMs()).containsExactly(0L);
    }

    @Test
    void framesProveMoreThanNotReady() {
        watch();
        source.attempt().emit(frame(1));

        watched.notReady();
        clock.advanceMs(60_000);
        source.attempt().emit(frame(2));

        assertThat(seen).containsExactly("back", "frame 1", "frame 2");
    }

    @Test
    void aPublisherThatCameBackAndIsLostAgainHasItsWholeGraceTime() {
        watch();
        source.attempt().emit(frame(1));
        watched.notReady();
        source.attempt().endOfStream();
        clock.advanceMs(1000);
        source.attempt().emit(frame(2));
        clock.advanceMs(5000);
        source.attempt().endOfStream();

        clock.advanceMs(1500);

        assertThat(seen).doesNotContain("completed");
    }

    @Test
    void notReadyBeforeTheFirstFrameEndsWhatNeverBegan() {
        watch();
        watched.notReady();
        watched.notReady();

        clock.advanceMs(7000);

        assertThat(seen).containsExactly("completed");
    }

    @Test
    void aSubscriberThatLeavesEndsTheReading() {
        watched.events().subscribe().with(event -> {}).cancel();

        assertThat(source.attempt().cancelled).isTrue();
    }

    @Test
    void afterTheEndHooksChangeNothing() {
        watch();
        watched.stop();

        watched.notReady();
        watched.ready();

        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void theLastGopOfAPublisherThatIsGoneIsNoSource() {
        Frame key = new Frame(Segments.AVC, 0, 0, true, 0, new byte[100]);
        watch();
        source.attempt().emit(key);
        source.attempt().endOfStream();

        // Each connection gets the cached keyframe, and then nothing.
        for (int i = 0; i < 10 && !seen.contains("completed"); i++) {
            clock.advanceMs(2000);
            source.attempt().emit(key);
            source.attempt().fail(SourceFailure.LOST);
        }

        assertThat(seen.stream().filter("back"::equals)).hasSize(1);
        assertThat(seen).endsWith("completed");
        assertThat(clock.nowNs()).isLessThan(12_000_000_000L);
    }

    private void watch() {
        watched.events()
                .subscribe()
                .with(
                        event -> seen.add(text(event)),
                        failure -> seen.add(
                                "failed " + ((StreamFailure) failure).exitCode().code() + " " + failure.getMessage()),
                        () -> seen.add("completed"));
    }

    private static String text(SourceEvent event) {
        if (event instanceof SourceEvent.Arrived arrived) {
            return "frame " + arrived.frame().data()[0];
        }
        return event instanceof SourceEvent.SourceInterrupted lost ? "lost " + lost.reason() : "back";
    }

    private static Frame frame(int number) {
        return new Frame(Segments.AVC, number, number, true, 0, new byte[] {(byte) number});
    }
}
