package io.livedub.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTest {
    private final VirtualClock clock = new VirtualClock();

    private static List<Long> pausesMs(Backoff backoff, int count) {
        return IntStream.range(0, count)
                .mapToObj(failure -> backoff.failed().toMillis())
                .toList();
    }

    @Test
    void doubles_up_to_the_longest_pause() {
        assertThat(pausesMs(Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(30)), 8))
                .containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 30_000L);
    }

    @Test
    void grows_up_to_the_longest_pause() {
        assertThat(pausesMs(Backoff.growing(Duration.ofMillis(250), Duration.ofMillis(750)), 5))
                .containsExactly(250L, 500L, 750L, 750L, 750L);
    }

    @Test
    void begins_again_after_a_success() {
        Backoff backoff = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(60));
        pausesMs(backoff, 5);
        backoff.succeeded();
        assertThat(backoff.failures()).isZero();
        assertThat(backoff.failed()).hasSeconds(1);
        assertThat(backoff.failures()).isEqualTo(1);
    }

    @Test
    void waits_the_longest_pause_however_often_it_failed() {
        Backoff backoff = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(60));
        assertThat(backoff.after(Integer.MAX_VALUE)).hasSeconds(60);
        assertThat(backoff.after(0)).isZero();
    }

    @Test
    void spaces_the_attempts_of_something_that_always_fails() {
        Backoff backoff = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(5));
        List<Long> attemptsMs = new ArrayList<>();
        long beganNs = clock.nowNs();
        Runnable attempt = new Runnable() {
            @Override
            public void run() {
                attemptsMs.add((clock.nowNs() - beganNs) / 1_000_000);
                clock.schedule(clock.nowNs() + backoff.failed().toNanos(), this);
            }
        };

        attempt.run();
        clock.advanceMs(20_000);

        assertThat(attemptsMs).containsExactly(0L, 1000L, 3000L, 7000L, 12_000L, 17_000L);
    }
}
