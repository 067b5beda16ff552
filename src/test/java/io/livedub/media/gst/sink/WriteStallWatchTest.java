package io.livedub.media.gst.sink;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WriteStallWatchTest {
    private final WriteStallWatch watch = new WriteStallWatch();

    @Test
    void bytesThatStandStillForFiveSecondsOfDueFramesAreAWedge() {
        for (int i = 0; i < 40; i++) {
            watch.pushed(s(i * 0.25));
        }
        assertThat(watch.stuck(s(1), 1000)).isFalse();
        assertThat(watch.stuck(s(6.1), 1000)).isFalse();
        assertThat(watch.stuck(s(6.3), 1000)).isTrue();
    }

    @Test
    void framesThatAreNotDueYetProveNothing() {
        watch.pushed(s(20));
        watch.pushed(s(21));
        assertThat(watch.stuck(s(1), 1000)).isFalse();
        assertThat(watch.stuck(s(19.9), 1000)).isFalse();
        assertThat(watch.stuck(s(24.9), 1000)).isFalse();
        assertThat(watch.stuck(s(25), 1000)).isTrue();
    }

    @Test
    void aSourceThatPausesIsNoWedge() {
        watch.pushed(s(0));
        assertThat(watch.stuck(s(0.5), 1000)).isFalse();
        assertThat(watch.stuck(s(30), 1000)).isFalse();
        watch.pushed(s(30));
        assertThat(watch.stuck(s(31), 1000)).isFalse();
        assertThat(watch.stuck(s(32), 2000)).isFalse();
        assertThat(watch.stuck(s(60), 2000)).isFalse();
    }

    private static long s(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
