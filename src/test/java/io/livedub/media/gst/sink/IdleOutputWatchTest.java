package io.livedub.media.gst.sink;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IdleOutputWatchTest {
    private static final long S = 1_000_000_000L;
    private final IdleOutputWatch watch = new IdleOutputWatch();

    @Test
    void saysNothingWhileBytesAreWritten() {
        for (int i = 0; i < 20; i++) {
            assertThat(watch.due(i * S, i)).isFalse();
        }
    }

    @Test
    void isDueAfterTwoSecondsWithoutAByte() {
        assertThat(watch.due(5 * S, 1000)).isFalse();
        assertThat(watch.due(7 * S - 1, 1000)).isFalse();
        assertThat(watch.due(7 * S, 1000)).isTrue();
    }

    @Test
    void isDueAgainTwoSecondsAfterTheServerTookWhatWasSent() {
        watch.due(0, 1000);
        assertThat(watch.due(2 * S, 1000)).isTrue();
        assertThat(watch.due(2 * S + 1, 1250)).isFalse();
        assertThat(watch.due(4 * S, 1250)).isFalse();
        assertThat(watch.due(4 * S + 1, 1250)).isTrue();
    }

    @Test
    void isDueOnceInTwoSecondsWhileAServerTakesNothing() {
        watch.due(0, 1000);
        assertThat(watch.due(2 * S, 1000)).isTrue();
        assertThat(watch.due(2 * S + S / 2, 1000)).isFalse();
        assertThat(watch.due(4 * S, 1000)).isTrue();
    }
}
