package io.livedub.access;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RefusalLogTest {
    @Test
    void aBurstIsOneLineAndItsNumberIsSaidWithTheNext() {
        RefusalLog<String> log = new RefusalLog<>(Duration.ofNanos(10));

        assertThat(log.happened("secret", 100)).hasValue(0);
        for (int i = 0; i < 50; i++) {
            assertThat(log.happened("secret", 101 + i % 9)).isEmpty();
        }
        assertThat(log.happened("host", 105)).hasValue(0);
        assertThat(log.happened("secret", 110)).hasValue(50);
        assertThat(log.happened("secret", 120)).hasValue(0);
    }
}
