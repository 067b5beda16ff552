package io.livedub.work;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class SerialExecutorTest {
    /** Threads that run when the test says so. */
    private final Queue<Runnable> given = new ArrayDeque<>();

    private final List<String> ran = new ArrayList<>();
    private final List<Throwable> defects = new ArrayList<>();
    private final SerialExecutor serial = new SerialExecutor(given::add, defects::add);

    private void runGiven() {
        while (!given.isEmpty()) {
            given.remove().run();
        }
    }

    @Test
    void runs_tasks_in_their_order_on_one_thread_at_a_time() {
        serial.execute(() -> ran.add("first"));
        serial.execute(() -> ran.add("second"));

        assertThat(given).hasSize(1);
        assertThat(serial.pending()).isEqualTo(2);
        runGiven();
        assertThat(ran).containsExactly("first", "second");
        assertThat(serial.pending()).isZero();
    }

    @Test
    void a_task_that_comes_while_another_runs_waits_for_it() {
        SerialExecutor direct = new SerialExecutor(Runnable::run);
        direct.execute(() -> {
            direct.execute(() -> ran.add("second"));
            ran.add("first");
        });

        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void a_task_of_a_clock_waits_for_the_one_that_runs() {
        VirtualClock clock = new VirtualClock();
        clock.schedule(clock.nowNs() + 1_000_000, () -> serial.execute(() -> ran.add("due")));
        serial.execute(() -> {
            clock.advanceMs(1);
            ran.add("running");
        });

        runGiven();

        assertThat(ran).containsExactly("running", "due");
    }

    @Test
    void goes_on_after_a_task_that_throws() {
        serial.execute(() -> {
            throw new IllegalStateException("a defect");
        });
        serial.execute(() -> {
            throw new AssertionError("another");
        });
        serial.execute(() -> ran.add("next"));

        runGiven();

        assertThat(ran).containsExactly("next");
        assertThat(defects).extracting(Throwable::getMessage).containsExactly("a defect", "another");
    }

    @Test
    void refuses_an_offer_beyond_its_bound_and_takes_one_when_there_is_room() {
        assertThat(serial.offer(() -> ran.add("a"), 2)).isTrue();
        assertThat(serial.offer(() -> ran.add("b"), 2)).isTrue();
        assertThat(serial.offer(() -> ran.add("c"), 2)).isFalse();
        runGiven();
        assertThat(serial.offer(() -> ran.add("d"), 2)).isTrue();
        runGiven();
        assertThat(ran).containsExactly("a", "b", "d");
    }

    @Test
    void the_task_that_runs_takes_no_place_of_those_that_wait() {
        serial.offer(() -> ran.add("taken " + serial.offer(() -> ran.add("waited"), 1)), 1);
        runGiven();
        assertThat(ran).containsExactly("taken true", "waited");
    }

    @Test
    void runs_what_was_taken_before_it_was_closed_and_nothing_after_it() {
        serial.execute(() -> ran.add("before"));
        serial.close(() -> ran.add("last"));
        serial.close(() -> ran.add("last again"));
        serial.execute(() -> ran.add("after"));
        assertThat(serial.offer(() -> ran.add("after"), 10)).isFalse();

        runGiven();

        assertThat(ran).containsExactly("before", "last");
    }

    @Test
    void many_threads_lose_no_task_and_run_one_at_a_time() throws InterruptedException {
        int[] count = new int[1];
        ExecutorService threads = Executors.newFixedThreadPool(4);
        SerialExecutor shared = new SerialExecutor(threads);
        CountDownLatch done = new CountDownLatch(4_000);
        List<Thread> callers = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < 1_000; i++) {
                    shared.execute(() -> {
                        count[0]++;
                        done.countDown();
                    });
                }
            });
            caller.start();
            callers.add(caller);
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        for (Thread caller : callers) {
            caller.join();
        }
        threads.shutdown();
        assertThat(count[0]).isEqualTo(4_000);
    }

    @Test
    void has_a_daemon_thread_of_its_name() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Thread[] thread = new Thread[1];
        SerialExecutor.named("of-a-test").execute(() -> {
            thread[0] = Thread.currentThread();
            done.countDown();
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thread[0].getName()).isEqualTo("of-a-test");
        assertThat(thread[0].isDaemon()).isTrue();
    }
}
