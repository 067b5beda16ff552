package io.livedub.sts;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.stream.events.BreakerState;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StsBreakerTest {
    private final VirtualClock clock = new VirtualClock();
    private final Recorder seen = new Recorder();
    private StsBreaker breaker;

    @BeforeEach
    void make() {
        breaker = new StsBreaker(clock, clock::schedule, 5, Duration.ofSeconds(30), seen);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.retryableFailure(breaker.acquire(), "MODEL_ERROR");
        }
    }

    private void open() {
        fail(5);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    private void halfOpen() {
        open();
        clock.advanceMs(30_000);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    @Test
    void fiveInARowOpenIt() {
        fail(4);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.allows()).isFalse();
        assertThatThrownBy(breaker::acquire).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anySuccessSetsTheCountToZero() {
        for (int round = 0; round < 20; round++) {
            fail(4);
            breaker.success(breaker.acquire());
        }

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(5);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void whatIsNeitherLeavesTheCountAsItIs() {
        for (int i = 0; i < 100; i++) {
            breaker.neither(breaker.acquire());
        }
        fail(4);
        for (int i = 0; i < 100; i++) {
            breaker.neither(breaker.acquire());
        }
        assertThat(breaker.state()).as("not a failure").isEqualTo(BreakerState.CLOSED);

        fail(1);

        assertThat(breaker.state()).as("and not a success either").isEqualTo(BreakerState.OPEN);
    }

    @Test
    void itIsHalfOpenAfterThirtySecondsWithoutACall() {
        open();

        clock.advanceMs(29_999);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        clock.advanceMs(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(seen.breaker).containsExactly("closed → open", "open → half-open");
    }

    @Test
    void exactlyOneProbe() {
        halfOpen();

        breaker.acquire();

        assertThat(breaker.allows()).isFalse();
        assertThatThrownBy(breaker::acquire).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aGoodProbeClosesAndTheCountBeginsAnew() {
        halfOpen();

        breaker.success(breaker.acquire());

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(4);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(1);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void aFailedProbeOpensForThirtySecondsMoreAsOftenAsItFails() {
        halfOpen();
        for (int i = 0; i < 10; i++) {
            breaker.retryableFailure(breaker.acquire(), "TIMEOUT");
            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            clock.advanceMs(29_999);
            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            clock.advanceMs(1);
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        }
    }

    @Test
    void aProbeThatIsNeitherLeavesItHalfOpenWithItsPlaceFree() {
        halfOpen();
        for (int i = 0; i < 10; i++) {
            breaker.neither(breaker.acquire());
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
            assertThat(breaker.allows()).isTrue();
        }

        breaker.success(breaker.acquire());

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void resultsOfAnEarlierTimeDoNotCount() {
        StsBreaker.Permit good = breaker.acquire();
        StsBreaker.Permit bad = breaker.acquire();
        StsBreaker.Permit neither = breaker.acquire();
        halfOpen();
        breaker.acquire();

        breaker.success(good);
        breaker.retryableFailure(bad, "TIMEOUT");
        breaker.neither(neither);

        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(breaker.allows()).as("the probe is still out").isFalse();
    }

    @Test
    void theGaugeIsZeroOneTwo() {
        assertThat(breaker.state().gauge()).isZero();
        open();
        assertThat(breaker.state().gauge()).isEqualTo(2);
        clock.advanceMs(30_000);
        assertThat(breaker.state().gauge()).isEqualTo(1);
    }

    @Test
    void closedForGoodItLeavesNoTimer() {
        open();
        breaker.close();
        assertThat(clock.pendingTasks()).isZero();
    }
}
