package io.livedub.media.gst.binding;

import org.junit.jupiter.api.Test;

import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class LogBurstFilterTest {
    private final VirtualClock clock = new VirtualClock();
    private final LogBurstFilter sieve = new LogBurstFilter(clock::nowNs);

    @Test
    void ofTheSameTextOnePassesInAWindowAndTheRestIsCounted() {
        assertThat(sieve.sift("late by 12 ms at 0x7f12")).contains("late by 12 ms at 0x7f12");
        for (int i = 0; i < 500; i++) {
            assertThat(sieve.sift("late by " + i + " ms at 0x7e" + i)).isEmpty();
        }
        clock.advanceMs(10_000);

        assertThat(sieve.sift("late by 13 ms at 0x7f12"))
                .contains("late by 13 ms at 0x7f12 (500 more like the last ones were not logged)");
    }

    @Test
    void differentTextsPassUpToTheLimit() {
        for (char c = 'a'; c < 'a' + LogBurstFilter.MOST_IN_A_WINDOW; c++) {
            assertThat(sieve.sift("warning " + c)).isPresent();
        }
        assertThat(sieve.sift("one too many")).isEmpty();
        clock.advanceMs(10_000);
        assertThat(sieve.sift("one too many")).isPresent();
    }
}
