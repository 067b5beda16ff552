package io.livedub.media.gst.sink;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CloseDelayTest {
    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    @Test
    void theServerHasAMomentToHandOnWhatItHasRead() {
        CloseDelay last = new CloseDelay(0);

        assertThat(last.taken(0, 500, () -> false)).isFalse();
        assertThat(last.taken(ms(299), 500, () -> false)).isFalse();
        assertThat(last.taken(ms(300), 500, () -> false)).isTrue();
    }

    @Test
    void theMomentBeginsWhenTheKernelHoldsNothing() {
        CloseDelay last = new CloseDelay(0);

        assertThat(last.taken(ms(200), 500, () -> true)).isFalse();
        assertThat(last.taken(ms(400), 600, () -> false)).isFalse();
        assertThat(last.taken(ms(699), 600, () -> false)).isFalse();
        assertThat(last.taken(ms(700), 600, () -> false)).isTrue();
    }

    @Test
    void whatOtherConnectionsHoldLaterIsNotWaitedFor() {
        CloseDelay last = new CloseDelay(0);

        assertThat(last.taken(ms(0), 500, () -> false)).isFalse();
        assertThat(last.taken(ms(200), 500, () -> true)).isFalse();
        assertThat(last.taken(ms(300), 500, () -> true)).isTrue();
    }

    @Test
    void aServerThatTakesNothingIsWaitedForASecond() {
        CloseDelay last = new CloseDelay(0);

        assertThat(last.taken(ms(999), 500, () -> true)).isFalse();
        assertThat(last.taken(ms(1000), 500, () -> true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'   1: 0100007F:9000 0100007F:078F 01 00000010:00000000 00:00000000 00000000     0        0 1', true",
        "'   1: 0100007F:9000 0100007F:078F 01 00000000:00000010 00:00000000 00000000     0        0 1', false",
        "'   1: 0100007F:9000 0100007F:0790 01 00000010:00000000 00:00000000 00000000     0        0 1', false",
        "'   1: 0100007F:078F 0100007F:9000 01 00000010:00000000 00:00000000 00000000     0        0 1', false",
        "'   1: 0100007F:9000 0100007F:078F 04 00000010:00000000 00:00000000 00000000     0        0 1', false",
        "'  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode', false",
        "'', false"
    })
    void theKernelIsAskedForWhatIsOnItsWayToTheServer(String line, boolean holds) {
        assertThat(KernelSendQueue.holds(line, 1935)).isEqualTo(holds);
    }
}
