package io.livedub.sts;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.sts.Worth.Load;

import static org.assertj.core.api.Assertions.assertThat;

/** How long a service needs by its load, and what follows from it. */
class AnswerTimesTest {
    private static final long S = 1_000_000_000L;

    private static AnswerTimes times(int level, double... seconds) {
        AnswerTimes times = new AnswerTimes();
        add(times, level, seconds);
        return times;
    }

    private static void add(AnswerTimes times, int level, double... seconds) {
        for (double answer : seconds) {
            times.answered(level, (long) (answer * S), S);
        }
    }

    private static Load load(int level) {
        return new Load(level, List.of(), 0, level - 1);
    }

    @Test
    void aServiceThatWorksOnOneAtATimeQueuesAtTheSecond() {
        AnswerTimes times = times(1, 3, 3);
        add(times, 2, 5, 6);

        assertThat(times.queues(1)).isFalse();
        assertThat(times.queues(2)).isTrue();
        assertThat(times.queues(3)).as("nothing is known").isFalse();
        assertThat(times.longestNs(2)).isEqualTo(6 * S);
        assertThat(times.known(2, List.of()).samples()).containsExactly(5 * S, 6 * S);
        assertThat(times.known(1, List.of(7 * S)).samples()).containsExactly(7 * S, 3 * S, 3 * S);
    }

    @Test
    void levelsThatDoNotQueueShareWhatIsKnown() {
        AnswerTimes times = times(1, 3, 3.1);
        add(times, 2, 3.1, 3.2);

        assertThat(times.known(2, List.of()).samples()).hasSize(4);
        assertThat(times.known(1, List.of()).samples()).hasSize(4);
        assertThat(times.isKnown(2)).isTrue();
        assertThat(times.isKnown(3)).isFalse();
    }

    @Test
    void aDistinctlyQuickerAnswerMakesTheOldOnesForgotten() {
        AnswerTimes times = times(1, 6, 6, 6);
        add(times, 3, 9);

        assertThat(times.answered(2, S, S)).isTrue();

        assertThat(times.known(2, List.of()).samples()).containsExactly(S);
        assertThat(times.answered(2, 2 * S, S)).isFalse();
    }

    @Test
    void threeDistinctlySlowerAnswersMakeTheOldOnesForgotten() {
        AnswerTimes times = times(1, 1, 1, 1, 1, 5, 5);
        assertThat(times.known(1, List.of()).samples()).hasSize(6);

        add(times, 1, 5);

        assertThat(times.known(1, List.of()).samples()).containsExactly(5 * S, 5 * S, 5 * S);
    }

    @Test
    void nothingIsRememberedOfAMinuteAgoOrBeyondTheBound() {
        AnswerTimes times = new AnswerTimes();
        for (int n = 0; n < 100; n++) {
            add(times, 99, 5);
        }
        assertThat(times.known(AnswerTimes.LEVELS, List.of()).samples()).hasSize(AnswerTimes.REMEMBERED);

        times.forgetOld(S + AnswerTimes.FORGOTTEN_NS);
        assertThat(times.isKnown(99)).isTrue();
        times.forgetOld(S + AnswerTimes.FORGOTTEN_NS + 1);

        assertThat(times.isKnown(99)).isFalse();
    }

    @Test
    void theSpreadOfAFewLateAnswersSaysWhetherOneMayComeInTime() {
        assertThat(times(1, 6, 6.1).known(1, List.of()).mayBeWithin(5 * S)).isFalse();
        assertThat(times(1, 6, 9).known(1, List.of()).mayBeWithin(5 * S)).isTrue();
        assertThat(times(1, 4, 8).known(1, List.of()).within(5 * S)).isEqualTo(0.5);
    }

    @Test
    void oneAtATimeTriesAnUnknownLevelAndHighLevelsWaitForTheOnesBelow() {
        Worth worth = new Worth(2 * S);

        assertThat(worth.expects(new Load(2, List.of(), 1, 1), 5 * S, S)).isTrue();
        assertThat(worth.expects(new Load(2, List.of(), 2, 1), 5 * S, S)).isFalse();
        assertThat(worth.expects(new Load(4, List.of(), 0, Worth.FREELY), 5 * S, S))
                .isFalse();
        worth.answered(3, 2 * S, S);
        worth.answered(3, 2 * S, S);
        assertThat(worth.expects(new Load(4, List.of(), 1, Worth.FREELY), 5 * S, S))
                .isFalse();
        assertThat(worth.expects(new Load(5, List.of(), 0, Worth.FREELY), 5 * S, S))
                .isFalse();
        assertThat(worth.expects(new Load(5, List.of(), 3, Worth.FREELY), 10 * S, S))
                .as("even one at a time it would be in time")
                .isTrue();
        assertThat(worth.expects(new Load(4, List.of(), 0, Worth.FREELY), 5 * S, S))
                .isTrue();
        assertThat(worth.expects(new Load(4, List.of(), 0, Worth.FREELY), S / 2, S))
                .isFalse();
    }

    @Test
    void aboveALevelThatQueuesOneMoreWouldWaitLonger() {
        Worth worth = new Worth(2 * S);
        worth.answered(1, 2 * S, S);
        worth.answered(1, 2 * S, S);
        worth.answered(2, 4 * S, S);
        worth.answered(2, 4 * S, S);

        assertThat(worth.expects(load(2), 4 * S, S)).isTrue();
        assertThat(worth.expects(load(2), 3 * S, S)).isFalse();
        assertThat(worth.expects(load(3), 5 * S, S)).isFalse();
        assertThat(worth.expects(load(3), 5 * S + 1, S)).isTrue();
    }

    @Test
    void whatHasWaitedIsSentWhenItsChanceIsNearlyThatOfAFreshOne() {
        Worth worth = new Worth(2 * S);
        for (int answer = 3; answer <= 7; answer++) {
            worth.answered(1, answer * S, S);
        }
        worth.submitted(5 * S);

        assertThat(worth.expects(load(1), 5 * S, S)).as("fresh: three of five").isTrue();
        assertThat(worth.expects(load(1), 4 * S, S)).as("two of five").isFalse();
    }

    @Test
    void whatHasWaitedForASessionIsSentWhenItTakesNothingFromTheNextOne() {
        Worth worth = new Worth(2 * S);
        worth.answered(1, 15 * S / 10, S);
        worth.answered(1, S / 10, S);
        worth.answered(1, S / 10, S);
        worth.submitted(16 * S / 10);

        assertThat(worth.expects(load(1), 12 * S / 10, S))
                .as("two of three came in time, all before the next fragment")
                .isTrue();
        assertThat(worth.expects(load(1), 10 * S / 10, S))
                .as("one of three came after the next fragment")
                .isFalse();
        assertThat(worth.expects(new Load(1, List.of(13 * S / 10), 0, 0), 12 * S / 10, S))
                .as("one is out that has not been answered for longer")
                .isFalse();
    }

    @Test
    void aLevelThatQueuesIsTriedAgainMoreAndMoreRarely() {
        Worth worth = new Worth(2 * S);
        for (int n = 0; n < 4; n++) {
            worth.answered(n < 2 ? 1 : 2, (n < 2 ? 2 : 9) * S, S);
        }
        int sent = 0;
        while (!worth.isTrial(load(2))) {
            worth.sent(S, false);
            sent++;
        }
        assertThat(worth.isTrial(load(1))).isFalse();
        worth.sent(S, true);
        int again = 0;
        while (!worth.isTrial(load(2))) {
            worth.sent(S, false);
            again++;
        }

        assertThat(again).isEqualTo(2 * sent);
        assertThat(worth.isTrial(load(5))).as("unknown").isFalse();
    }

    @Test
    void fromWhereTheServiceWasFullNothingIsSentUntilItIsTriedAgain() {
        Worth worth = new Worth(2 * S);
        worth.answered(1, S, S);
        worth.answered(1, S, S);
        worth.refused(3, true, S);

        assertThat(worth.expects(load(2), 5 * S, S)).isTrue();
        assertThat(worth.expects(load(3), 5 * S, S)).isFalse();
        assertThat(worth.isTrial(load(3))).isFalse();
        for (int n = 0; n < 80; n++) {
            worth.sent(S, false);
        }
        assertThat(worth.isTrial(load(3))).isTrue();
        worth.answered(3, S, S);
        assertThat(worth.expects(load(3), 5 * S, S)).as("it has taken one").isTrue();
    }

    @Test
    void whoIsFullWithoutUsIsLeftAloneForUpToFourSeconds() {
        Worth worth = new Worth(2 * S);
        for (int n = 0; n < 10; n++) {
            worth.refused(1, true, 0);
        }
        assertThat(worth.notBeforeNs()).isEqualTo(4 * S);
        worth.answered(1, S, S);
        assertThat(worth.notBeforeNs()).isEqualTo(S);
    }
}
