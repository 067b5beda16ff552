package io.livedub.sts.socketio;

import org.junit.jupiter.api.Test;

import io.livedub.sts.socketio.Inflow.InflowVerdict;

import static org.assertj.core.api.Assertions.assertThat;

class InflowTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    @Test
    void whatWasAskedForMayBeLargeOnce() {
        Inflow inflow = new Inflow(0);
        assertThat(inflow.message(Limits.UNASKED_BYTES, 0)).isEqualTo(InflowVerdict.TAKE);
        inflow.asked();

        assertThat(inflow.message(Limits.MESSAGE_BYTES, 0)).isEqualTo(InflowVerdict.TAKE);
        assertThat(inflow.message(1, 0)).isEqualTo(InflowVerdict.END);
    }

    @Test
    void smallMessagesNobodyAskedForAreAllowedInTime() {
        Inflow inflow = new Inflow(0);
        assertThat(inflow.message(Limits.UNASKED_BYTES, 0)).isEqualTo(InflowVerdict.TAKE);

        for (int n = 1; n <= 1_000; n++) {
            assertThat(inflow.message(25_000, n * 100 * MS)).isEqualTo(InflowVerdict.TAKE);
        }
        assertThat(inflow.message(3L * Limits.UNASKED_BYTES, 1_000 * SECOND)).isEqualTo(InflowVerdict.END);
    }

    @Test
    void manyAreDroppedAndVeryManyAreWaitedFor() {
        Inflow inflow = new Inflow(0);
        for (int n = 0; n < Limits.LOOKED_AT_PER_SECOND; n++) {
            assertThat(inflow.message(10, n)).isEqualTo(InflowVerdict.TAKE);
        }
        for (int n = Limits.LOOKED_AT_PER_SECOND; n < Limits.READ_PER_SECOND; n++) {
            assertThat(inflow.message(10, n)).isEqualTo(InflowVerdict.DROP);
        }

        assertThat(inflow.message(10, 400 * MS)).isEqualTo(InflowVerdict.DROP_AND_WAIT);
        assertThat(inflow.waitNs(400 * MS)).isEqualTo(600 * MS);
        assertThat(inflow.waitNs(1_400 * MS)).isZero();
        assertThat(inflow.message(10, SECOND)).isEqualTo(InflowVerdict.TAKE);
    }

    @Test
    void askingOftenAllowsNoMoreThanTheBound() {
        Inflow inflow = new Inflow(0);
        for (int n = 0; n < 1_000; n++) {
            inflow.asked();
        }
        for (int n = 0; n < Limits.OUTSTANDING_ANSWERS; n++) {
            assertThat(inflow.message(Limits.MESSAGE_BYTES, 0)).isEqualTo(InflowVerdict.TAKE);
        }
        assertThat(inflow.message(Limits.MESSAGE_BYTES, 0)).isEqualTo(InflowVerdict.END);
    }
}
