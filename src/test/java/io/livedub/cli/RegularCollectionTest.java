package io.livedub.cli;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class RegularCollectionTest {
    @Test
    void theHeapIsCollectedForAsLongAsTheProcessLives() {
        VirtualClock clock = new VirtualClock();
        AtomicInteger collections = new AtomicInteger();
        new RegularCollection(clock, collections::incrementAndGet).begin();

        clock.advanceMs(RegularCollection.EVERY.toMillis() * 100);

        assertThat(collections).hasValue(100);
    }
}
