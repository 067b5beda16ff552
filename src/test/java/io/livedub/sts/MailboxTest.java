package io.livedub.sts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.livedub.media.MediaClock;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class MailboxTest {
    private final VirtualClock clock = new VirtualClock();
    private final Mailbox mailbox = new Mailbox(clock);

    @Test
    void whatIsPostedFromWithinRunsAfterwards() {
        List<String> order = new ArrayList<>();
        mailbox.post(() -> {
            mailbox.post(() -> order.add("second"));
            order.add("first");
        });

        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void whatThrowsDoesNotStopTheRest() {
        List<String> order = new ArrayList<>();
        mailbox.post(() -> {
            throw new IllegalStateException("an observer's");
        });
        mailbox.post(() -> {
            throw new AssertionError("an observer's");
        });
        mailbox.post(() -> order.add("next"));

        assertThat(order).containsExactly("next");
        assertThat(mailbox.failure()).isInstanceOf(AssertionError.class);
    }

    @Test
    void aTimerCancelledAfterItWasDueAndBeforeItsTurnDoesNotRun() {
        List<String> order = new ArrayList<>();
        MediaClock.Timer timer = mailbox.at(1_000_000, () -> order.add("ran"));
        mailbox.post(() -> {
            clock.advanceMs(1);
            timer.cancel();
        });

        assertThat(order).isEmpty();
        mailbox.at(2_000_000, () -> order.add("ran"));
        clock.advanceMs(1);
        assertThat(order).containsExactly("ran");
    }

    @Test
    void manyThreadsOneAtATimeAndNobodyWaits() throws InterruptedException {
        int[] count = new int[1];
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        Thread slow = new Thread(() -> mailbox.post(() -> {
            inside.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        slow.start();
        inside.await();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    for (int n = 0; n < 1_000; n++) {
                        mailbox.post(() -> count[0]++);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(count[0]).as("they left their work and went").isZero();

        held.countDown();
        slow.join();

        assertThat(count[0]).isEqualTo(8_000);
    }
}
