package io.livedub.stream.chain;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How often old segments are looked for. */
class SegmentSweeperTest {
    @ParameterizedTest
    @CsvSource({"0, 60", "1, 5", "10, 5", "30, 15", "119, 59", "120, 60", "3600, 60", "315360000, 60"})
    void segmentsAreKeptForHardlyLongerThanTheyShouldBe(long retentionS, long betweenS) {
        assertThat(SegmentSweeper.between(Duration.ofSeconds(retentionS)).toSeconds())
                .isEqualTo(betweenS);
    }
}
