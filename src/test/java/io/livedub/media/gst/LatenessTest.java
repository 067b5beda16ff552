package io.livedub.media.gst;

import org.junit.jupiter.api.Test;

import io.livedub.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class LatenessTest {
    private static final long MS = 1_000_000L;
    private final Lateness lateness = new Lateness();

    /** Both tracks come, in turns. */
    private boolean moved(long nowNs, long dtsNs) {
        boolean moved = lateness.moved(Track.VIDEO, nowNs, dtsNs);
        return lateness.moved(Track.AUDIO, nowNs, dtsNs) || moved;
    }

    private long zeroNs() {
        return lateness.zeroNs() - 400 * MS;
    }

    @Test
    void aTrackThatGoesOnAloneIsNotKeptWaiting() {
        moved(0, 0);
        assertThat(lateness.moved(Track.AUDIO, 100 * MS, 100 * MS)).isFalse();
        assertThat(lateness.moved(Track.AUDIO, 160 * MS, 160 * MS)).isTrue();
        assertThat(lateness.zeroNs()).isZero();

        assertThat(lateness.moved(Track.VIDEO, 170 * MS, 170 * MS)).isTrue();
        assertThat(zeroNs()).isZero();
    }

    @Test
    void framesPushedAheadOfTheirTimeDoNotMoveTheZeroBeforeTheirOwn() {
        Lateness timed = new Lateness(1_000 * MS);
        assertThat(timed.moved(Track.VIDEO, 780 * MS, 0)).isTrue();
        for (int t = 33; t < 4_000; t += 33) {
            timed.moved(Track.AUDIO, (780 + t) * MS, t * MS);
            assertThat(timed.moved(Track.VIDEO, (780 + t) * MS, t * MS)).isFalse();
        }
        assertThat(timed.zeroNs()).isEqualTo(1_400 * MS);

        assertThat(timed.moved(Track.VIDEO, 6_000 * MS, 4_000 * MS))
                .as("a late one is waited for")
                .isTrue();
        assertThat(timed.zeroNs()).isEqualTo(2_400 * MS);
    }

    @Test
    void theFirstFrameAfterAPauseMovesTheZeroWhereverItWas() {
        moved(0, 0);
        assertThat(moved(33 * MS, 33 * MS)).isFalse();

        lateness.pause();

        assertThat(lateness.moved(Track.VIDEO, 66 * MS, 66 * MS)).isTrue();
        assertThat(zeroNs()).isZero();
    }

    @Test
    void theFirstFrameSetsTheZero() {
        assertThat(moved(5_000 * MS, 0)).isTrue();
        assertThat(zeroNs()).isEqualTo(5_000 * MS);
    }

    @Test
    void jitterMovesNothing() {
        moved(0, 0);
        for (int t = 33; t < 5_000; t += 33) {
            assertThat(moved((t + t % 90) * MS, t * MS)).isFalse();
        }
        assertThat(zeroNs()).isZero();
    }

    @Test
    void lastingLatenessIsFollowed() {
        moved(0, 0);
        boolean moved = false;
        for (int t = 33; t < 2_500; t += 33) {
            moved |= moved((t + 700) * MS, t * MS);
        }
        assertThat(moved).isTrue();
        assertThat(zeroNs()).isEqualTo(700 * MS);
    }

    @Test
    void framesThatWereHeldAtTheBeginningAreFollowedToo() {
        moved(0, 0);
        for (int t = 33; t < 4_000; t += 33) {
            moved((t - 2_000 > 0 ? t - 2_000 : 0) * MS, t * MS);
        }
        assertThat(zeroNs()).isEqualTo(-2_000 * MS);
    }

    @Test
    void oneFrameThatIsFarTooLateIsFollowedAtOnce() {
        moved(0, 0);

        assertThat(moved(350 * MS, 100 * MS)).isFalse();
        assertThat(moved(851 * MS, 133 * MS)).isTrue();
        assertThat(zeroNs()).isEqualTo(718 * MS);

        boolean back = false;
        for (int t = 166; t < 3_000; t += 33) {
            back |= moved(Math.max(851, t) * MS, t * MS);
        }
        assertThat(back).isTrue();
        assertThat(zeroNs()).isZero();
    }
}
