package io.livedub.stream.supervision;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MemoryBudgetTest {
    private static final long MIB = 1L << 20;

    @Test
    void streamsAreWhatFitsIntoTheHeapBesideTheProgram() {
        // given: 6 s segments and 6 s of offset hold 18 s, 21 MB, and 4 MiB
        MemoryBudget budget = MemoryBudget.of(6_000, 6_000);
        // then
        assertThat(budget.streams(96 * MIB)).isEqualTo(1);
        assertThat(budget.streams(512 * MIB)).isEqualTo(15);
        assertThat(budget.streams(1)).isEqualTo(1);
        assertThat(budget.streams(Long.MAX_VALUE / 2)).isEqualTo(1000);
    }

    @Test
    void longerSegmentsTakeMore() {
        assertThat(MemoryBudget.of(30_000, 60_000).streams(512 * MIB)).isEqualTo(2);
    }
}
