package io.livedub.access;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PatienceTest {
    private static final long LIMIT = 10;

    @Test
    void aConnectionThatSaysNothingIsNotWaitedForLonger() {
        Patience patience = new Patience(LIMIT, 100);

        assertThat(patience.isOver(109)).isFalse();
        assertThat(patience.isOver(110)).isTrue();
    }

    @Test
    void moreBytesDoNotProlongIt() {
        Patience patience = new Patience(LIMIT, 0);
        patience.answered(5);
        patience.heard(20);
        for (long now = 21; now < 30; now++) {
            patience.heard(now);
            assertThat(patience.isOver(now)).isFalse();
        }

        assertThat(patience.isOver(30)).isTrue();
        assertThat(patience.nextLookNs(25)).isEqualTo(30);
    }

    @Test
    void anAnsweredConnectionMayBeQuiet() {
        Patience patience = new Patience(LIMIT, 0);
        patience.heard(1);
        patience.answered(2);

        assertThat(patience.isOver(1_000)).isFalse();
        assertThat(patience.nextLookNs(1_000)).isEqualTo(1_010);
        assertThat(patience.quietSinceNs()).isEqualTo(2);
    }

    @Test
    void theClockMayOverflow() {
        Patience patience = new Patience(LIMIT, Long.MAX_VALUE - 3);

        assertThat(patience.isOver(Long.MIN_VALUE)).isFalse();
        assertThat(patience.isOver(Long.MIN_VALUE + 6)).isTrue();
    }

    @Test
    void aWebSocketIsHeardWithoutAnAnswer() {
        Patience patience = new Patience(LIMIT, 0);
        patience.heard(1);
        patience.answered(2);
        patience.hasNoEnd();
        patience.heard(7);

        assertThat(patience.isOver(1_000)).isFalse();
        assertThat(patience.quietSinceNs()).isEqualTo(7);
    }
}
