package io.livedub.stream.source;

import org.junit.jupiter.api.Test;

import io.livedub.stream.source.SourceChoice.Which;

import static org.assertj.core.api.Assertions.assertThat;

class SourceChoiceTest {
    private static final long MS = 1_000_000L;
    private final SourceChoice choice = new SourceChoice(0);
    private long nowMs;

    private boolean frame(Which from, boolean keyframe) {
        return choice.arrived(from, keyframe, true, nowMs * MS);
    }

    /** Frames of these sources each 40 ms; a keyframe each second. */
    private void play(long ms, Which... sources) {
        for (long untilMs = nowMs + ms; nowMs < untilMs; nowMs += 40) {
            for (Which source : sources) {
                frame(source, nowMs % 1000 == 0);
            }
        }
    }

    @Test
    void theFirstSourceIsOnAirAsLongAsItGivesFrames() {
        play(60_000, Which.FIRST, Which.BACKUP);

        assertThat(choice.onAir()).isEqualTo(Which.FIRST);
    }

    @Test
    void theBackupTakesOverWhenTheFirstHasGivenNothingForTheContractsTime() {
        play(2000, Which.FIRST, Which.BACKUP);
        play(1480, Which.BACKUP);
        Which before = choice.onAir();

        play(80, Which.BACKUP);

        assertThat(before).isEqualTo(Which.FIRST);
        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void atTheBeginningTheFirstHasTimeToConnectAndToWaitForItsKeyframe() {
        play(4000, Which.BACKUP);
        Which before = choice.onAir();

        play(2000, Which.FIRST, Which.BACKUP);

        assertThat(before).isEqualTo(Which.FIRST);
        assertThat(choice.onAir()).isEqualTo(Which.FIRST);
    }

    @Test
    void aFirstThatIsConnectedAndSilentAtTheBeginningIsWaitedForFiveSeconds() {
        play(4960, Which.BACKUP);
        Which before = choice.onAir();

        play(80, Which.BACKUP);

        assertThat(before).isEqualTo(Which.FIRST);
        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void aFirstThatCouldNotBeOpenedIsNotWaitedForLonger() {
        choice.failed(Which.BACKUP);
        play(1000, Which.BACKUP);
        choice.failed(Which.FIRST);

        play(600, Which.BACKUP);

        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void aSourceWithoutAKeyframeAtHandDoesNotTakeOver() {
        nowMs = 5000;

        assertThat(choice.arrived(Which.BACKUP, false, false, nowMs * MS)).isFalse();
        assertThat(choice.arrived(Which.BACKUP, false, true, nowMs * MS)).isTrue();
    }

    @Test
    void theFirstComesBackAtAKeyframeWhenItHasBeenHealthyForTheContractsTime() {
        choice.failed(Which.FIRST);
        play(4000, Which.BACKUP);

        // Mid-GOP: half a second before its keyframe.
        nowMs = 4520;
        play(9960, Which.FIRST, Which.BACKUP);
        Which before = choice.onAir();
        play(600, Which.FIRST, Which.BACKUP);

        assertThat(before).isEqualTo(Which.BACKUP);
        assertThat(choice.onAir()).isEqualTo(Which.FIRST);
    }

    @Test
    void theFirstStaysAwayWithoutAKeyframe() {
        choice.failed(Which.FIRST);
        play(4000, Which.BACKUP);
        for (int i = 0; i < 1000; i++, nowMs += 40) {
            frame(Which.BACKUP, i % 25 == 0);
            frame(Which.FIRST, false);
        }

        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void aFlappingFirstHasToProveItsHealthEachTime() {
        play(2000, Which.BACKUP);
        for (int i = 0; i < 5; i++) {
            play(9000, Which.FIRST, Which.BACKUP);
            play(2000, Which.BACKUP);
        }

        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void aNewConnectionHasToProveItsHealthHoweverSoonItCame() {
        choice.failed(Which.FIRST);
        play(2000, Which.BACKUP);
        play(9000, Which.FIRST, Which.BACKUP);
        choice.lost(Which.FIRST);
        play(9000, Which.FIRST, Which.BACKUP);

        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void aShortPauseOfTheFirstChangesNothing() {
        play(2000, Which.FIRST, Which.BACKUP);
        play(1400, Which.BACKUP);
        play(2000, Which.FIRST, Which.BACKUP);

        assertThat(choice.onAir()).isEqualTo(Which.FIRST);
    }

    @Test
    void whoeverComesBackFirstIsOnAirAfterBothWereGone() {
        play(4000, Which.FIRST, Which.BACKUP);
        nowMs += 20_000;
        choice.lost(Which.FIRST);
        choice.lost(Which.BACKUP);

        play(40, Which.BACKUP);

        assertThat(choice.onAir()).isEqualTo(Which.BACKUP);
    }

    @Test
    void theFirstTakesOverAtOnceFromABackupThatGivesNothing() {
        choice.failed(Which.FIRST);
        play(4000, Which.BACKUP);
        play(1600, Which.FIRST);

        assertThat(choice.onAir()).isEqualTo(Which.FIRST);
    }

    @Test
    void aSourceGivesFramesUntilItsPauseOrItsLoss() {
        play(1000, Which.FIRST);
        assertThat(choice.isGiving(Which.FIRST, nowMs * MS)).isTrue();
        assertThat(choice.isGiving(Which.BACKUP, nowMs * MS)).isFalse();

        assertThat(choice.isGiving(Which.FIRST, (nowMs + 1500) * MS)).isFalse();
        choice.lost(Which.FIRST);
        assertThat(choice.isGiving(Which.FIRST, nowMs * MS)).isFalse();
    }
}
