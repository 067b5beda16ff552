package io.livedub.media;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SystemMediaClockTest {
    @Test
    void tasksRunInOrderNotBeforeTheirTimeAndNotWhenCancelled() throws InterruptedException {
        try (SystemMediaClock clock = new SystemMediaClock()) {
            List<String> ran = new CopyOnWriteArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            long now = clock.nowNs();
            long[] at = new long[1];

            clock.schedule(now + TimeUnit.MILLISECONDS.toNanos(60), () -> {
                ran.add("last");
                at[0] = clock.nowNs();
                done.countDown();
            });
            clock.schedule(now + TimeUnit.MILLISECONDS.toNanos(30), () -> ran.add("cancelled"))
                    .cancel();
            clock.schedule(now - 1, () -> {
                ran.add("past");
                throw new IllegalStateException("does not stop the others");
            });

            assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).containsExactly("past", "last");
            assertThat(at[0] - now).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(60));
        }
    }
}
