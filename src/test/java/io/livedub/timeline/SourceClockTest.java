package io.livedub.timeline;

import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

class SourceClockTest {
    private static final long START = 77 * S;

    private final SourceClock clock = new SourceClock();

    /** An output uses it from the beginning, as in passthrough. */
    @BeforeEach
    void use() {
        clock.use();
    }

    /** Frames every 20 ms, each of which arrives at {@code arrival(t)} after the start. */
    private void run(long fromNs, long toNs, LongUnaryOperator arrival) {
        for (long t = fromNs; t < toNs; t += 20 * MS) {
            clock.observe(START + arrival.applyAsLong(t), t);
        }
    }

    @Test
    void aBurstOfACachedGopAddsNoLatency() {
        assertThat(clock.known()).isFalse();

        run(0, 10 * S, t -> Math.max(t, 2 * S + t / 100));

        assertThat(clock.known()).isTrue();
        assertThat(clock.startNs()).isCloseTo(START, Offset.offset(25 * MS));
        assertThat(clock.clockNsOf(S)).isEqualTo(clock.startNs() + S);
        assertThat(clock.timelineNsAt(clock.startNs() + S)).isEqualTo(S);
    }

    @Test
    void aFirstFrameThatStalledAddsNoLatency() {
        run(0, 5 * S, t -> Math.max(t, 800 * MS));

        assertThat(clock.startNs()).isEqualTo(START);
    }

    @Test
    void onceSettledItIsConstantUnderJitter() {
        SplittableRandom random = new SplittableRandom(1);
        run(0, 2 * S, t -> t + random.nextInt(40) * MS);
        long settled = clock.startNs();

        run(2 * S, 600 * S, t -> t + random.nextInt(40) * MS);

        assertThat(clock.startNs()).isCloseTo(settled, Offset.offset(5 * MS));
    }

    @Test
    void aStallThatIsCaughtUpChangesNothing() {
        run(0, 20 * S, t -> t);
        run(20 * S, 40 * S, t -> Math.max(t, 24 * S));

        assertThat(clock.startNs()).isEqualTo(START);
    }

    @Test
    void aSourceThatStaysLaterIsFollowedAfterAWindow() {
        run(0, 20 * S, t -> t);
        run(20 * S, 45 * S, t -> t + 5 * S);

        assertThat(clock.startNs()).isEqualTo(START + 5 * S);
    }

    @Test
    void aSourceThatComesEarlierIsFollowedByOnePercent() {
        run(0, 30 * S, t -> t + 2 * S);
        run(30 * S, 60 * S, t -> t);
        long after30s = clock.startNs();
        run(60 * S, 300 * S, t -> t);

        assertThat(after30s).isBetween(START + 2 * S - 300 * MS, START + 2 * S - 100 * MS);
        assertThat(clock.startNs()).isEqualTo(START);
    }

    @Test
    void aClockThatRunsFastOrSlowIsFollowedForADay() {
        run(0, 86_400 * S, t -> t + t / 5000);

        assertThat(clock.startNs()).isCloseTo(START + 86_400 * S / 5000, Offset.offset(10 * MS));
    }

    @Test
    void aStartThatIsLateForSecondsIsForgottenWhenSomethingIsPlacedByIt() {
        SourceClock unused = new SourceClock();
        for (long t = 0; t < 6 * S; t += 20 * MS) {
            unused.observe(START + (t < 5 * S ? t + 40 * MS : t), t);
        }
        unused.observe(START + 5 * S, 6 * S);
        unused.use();

        assertThat(unused.startNs()).as("not by a stamp that is wrong").isEqualTo(START);
        unused.observe(START + 6 * S - 30 * MS, 6 * S);
        assertThat(unused.startNs()).as("no jump once it is used").isEqualTo(START);
    }
}
