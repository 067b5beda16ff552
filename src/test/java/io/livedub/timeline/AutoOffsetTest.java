package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongUnaryOperator;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.Frame;
import io.livedub.support.OneLanguage;

import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

class AutoOffsetTest {
    private static final long SEGMENT = 6 * S;
    private static final long MARGIN = 500 * MS;

    private final AutoOffset auto = new AutoOffset(8 * S);

    @Test
    void itBeginsAtOneAndAHalfRoundTripsAndASecond() {
        assertThat(auto.targetNs(0)).isEmpty();

        auto.roundTrip(S, 0);

        assertThat(auto.targetNs(0)).hasValue(2500 * MS);
    }

    @Test
    void itStaysBetweenItsBounds() {
        AutoOffset low = new AutoOffset(900 * MS);
        low.roundTrip(20 * MS, 0);
        auto.roundTrip(20 * S, 0);

        assertThat(low.targetNs(0)).hasValue(900 * MS);
        assertThat(auto.targetNs(0)).hasValue(8 * S);
        assertThat(AutoOffset.LEAST_NS).isEqualTo(700 * MS);
    }

    @Test
    void itGrowsWithTheFirstLongerRoundTripAndShrinksAfterFiveCalmMinutes() {
        auto.roundTrip(S, 0);
        auto.roundTrip(2 * S, 10 * S);
        assertThat(auto.targetNs(10 * S)).hasValue(4 * S);

        for (long now = 16 * S; now <= 309 * S; now += 6 * S) {
            auto.roundTrip(S, now);
        }

        assertThat(auto.targetNs(309 * S)).hasValue(4 * S);
        assertThat(auto.targetNs(311 * S)).hasValue(2500 * MS);
    }

    @Test
    void itGrowsWithAMissWhoseRoundTripIsNotKnown() {
        auto.roundTrip(S, 0);

        auto.missed(2 * S, 6 * S);

        assertThat(auto.targetNs(6 * S)).hasValue(4750 * MS);
    }

    @Test
    void withoutAnyResultItIsTheUsualOffset() {
        auto.missed(2 * S, 0);

        assertThat(auto.targetNs(0).orElseThrow()).isBetween(4 * S, 8 * S);
    }

    @Test
    void withoutResultsNothingShrinks() {
        auto.roundTrip(3 * S, 0);

        assertThat(auto.targetNs(3600 * S)).hasValue(5500 * MS);
    }

    @Test
    void manyFallingRoundTripsAreBounded() {
        for (int i = 0; i < 2000; i++) {
            auto.roundTrip(4 * S - i * MS, i);
        }

        assertThat(auto.targetNs(2000).orElseThrow()).isLessThan(7 * S);
    }

    /**
     * Round trips rise from 1 s to 4 s in {@code riseS}, stay for two minutes and fall again. At most 1 % of change gives 60 ms
     * a segment, so the least rise that can be followed is about (4 s + margin − first offset) / 1 %.
     */
    @ParameterizedTest
    @CsvSource({"600, 0", "300, 0", "200, 0", "190, 4"})
    void aRiseFromOneSecondToFourIsFollowed(long riseS, int most) {
        assertThat(undubbed(riseS).size()).isLessThanOrEqualTo(most);
    }

    @Test
    void aRiseFasterThanOnePercentAllowsCostsSegmentsOnlyUntilTheOffsetHasGrown() {
        List<Long> missed = undubbed(60);

        assertThat(missed.size()).isBetween(3, 30);
        assertThat(missed.get(missed.size() - 1)).isLessThan((600 + 60 + 200) * S);
    }

    /** Times of the segments that air undubbed, through the real output timeline. */
    private List<Long> undubbed(long riseS) {
        LongUnaryOperator roundTrip = at -> {
            long since = at - 600 * S;
            double up = Math.max(0, Math.min(1, (double) since / (riseS * S)));
            double down = Math.max(0, Math.min(1, (double) (since - (riseS + 120) * S) / (riseS * S)));
            return (long) (S + 3 * S * (up - down));
        };
        SourceClock clock = new SourceClock();
        clock.observe(0, 0);
        AutoOffset offset = new AutoOffset(8 * S);
        offset.roundTrip(S, 0);
        OneLanguage output = new OneLanguage(clock, SEGMENT + offset.targetNs(0).orElseThrow(), FakeSource::silence);
        record Waiting(long t0, long resultNs, long roundTripNs, boolean[] decided) {}
        Deque<Waiting> waiting = new ArrayDeque<>();
        List<Waiting> late = new ArrayList<>();
        List<Long> missed = new ArrayList<>();
        FakeSource source = new FakeSource();
        source.clockNs = 0;
        long end = (600 + 2 * riseS + 120 + 1200) * S;
        for (long now = 0; now < end; now += 100 * MS) {
            if (now % SEGMENT == 0 && now > 0) {
                long trip = roundTrip.applyAsLong(now);
                waiting.add(new Waiting(now - SEGMENT, now + trip, trip, new boolean[1]));
            }
            for (Waiting l : List.copyOf(late)) {
                if (l.resultNs <= now) {
                    offset.roundTrip(l.roundTripNs, now);
                    late.remove(l);
                }
            }
            while (!waiting.isEmpty()) {
                Waiting first = waiting.peek();
                boolean came = first.resultNs <= now;
                boolean tooLate = now + MARGIN > output.airNsOf(first.t0);
                if (!came && !tooLate) {
                    break;
                }
                waiting.remove();
                if (came) {
                    offset.roundTrip(first.roundTripNs, now);
                } else {
                    offset.missed(now - first.t0 - SEGMENT, now);
                    missed.add(now);
                    late.add(first);
                }
                List<Frame> video = new ArrayList<>();
                List<Frame> audio = new ArrayList<>();
                source.video(first.t0, first.t0 + SEGMENT, video);
                source.audio(first.t0, first.t0 + SEGMENT, audio);
                output.offer(first.t0, first.t0 + SEGMENT, video, audio);
            }
            output.delay(SEGMENT + offset.targetNs(now).orElseThrow());
            output.due(now, 100 * MS);
        }
        long latency = output.figures().latencyNs() - SEGMENT;
        assertThat(latency).isCloseTo(2500 * MS, Offset.offset(20 * MS));
        assertThat(output.figures().lateNs()).isZero();
        return missed;
    }
}
