package io.livedub.media.gst;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LatenessTest {
    private static final long MS = 1_000_000L;
    private final Lateness lateness = new Lateness();

    @Test
    void theFirstFrameSetsTheZero() {
        assertThat(lateness.moved(5_000 * MS, 0)).isTrue();
        assertThat(lateness.zeroNs()).isEqualTo(5_000 * MS);
    }

    @Test
    void jitterMovesNothing() {
        lateness.moved(0, 0);
        for (int t = 33; t < 5_000; t += 33) {
            assertThat(lateness.moved((t + t % 90) * MS, t * MS)).isFalse();
        }
        assertThat(lateness.zeroNs()).isZero();
    }

    @Test
    void lastingLatenessIsFollowed() {
        lateness.moved(0, 0);
        boolean moved = false;
        for (int t = 33; t < 2_500; t += 33) {
            moved |= lateness.moved((t + 700) * MS, t * MS);
        }
        assertThat(moved).isTrue();
        assertThat(lateness.zeroNs()).isEqualTo(700 * MS);
    }

    @Test
    void framesThatWereHeldAtTheBeginningAreFollowedToo() {
        lateness.moved(0, 0);
        for (int t = 33; t < 4_000; t += 33) {
            lateness.moved((t - 2_000 > 0 ? t - 2_000 : 0) * MS, t * MS);
        }
        assertThat(lateness.zeroNs()).isEqualTo(-2_000 * MS);
    }

    @Test
    void oneFrameThatIsFarTooLateIsFollowedAtOnce() {
        lateness.moved(0, 0);

        assertThat(lateness.moved(750 * MS, 500 * MS)).isFalse();
        assertThat(lateness.moved(1_251 * MS, 533 * MS)).isTrue();
        assertThat(lateness.zeroNs()).isEqualTo(718 * MS);

        boolean back = false;
        for (int t = 566; t < 3_000; t += 33) {
            back |= lateness.moved(Math.max(1_251, t) * MS, t * MS);
        }
        assertThat(back).isTrue();
        assertThat(lateness.zeroNs()).isZero();
    }
}
