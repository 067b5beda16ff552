package io.livedub.media;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;

import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Mutiny's ticks and time-outs on a virtual clock. */
class ClockExecutorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualClock clock = new VirtualClock();
    private final ClockExecutor executor = new ClockExecutor(clock);
    private final List<Object> seen = new ArrayList<>();

    private Multi<Long> ticks() {
        return Multi.createFrom()
                .ticks()
                .onExecutor(executor)
                .startingAfter(SECOND)
                .every(SECOND)
                .onOverflow()
                .drop();
    }

    @Test
    void ticksComeAtTheirPeriodUntilTheyAreFinished() {
        ticks().select()
                .first(tick -> clock.nowNs() <= 3_500_000_000L)
                .onItem()
                .transform(tick -> clock.nowNs())
                .subscribe()
                .with(seen::add, seen::add, () -> seen.add("completed"));

        clock.advanceMs(10_000);

        assertThat(seen).containsExactly(1_000_000_000L, 2_000_000_000L, 3_000_000_000L, "completed");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void ticksOfAllComeAtTheSameInstantsWheneverTheyBegan() {
        clock.advanceMs(1_300);
        ticks().subscribe().with(tick -> seen.add(clock.nowNs()));
        clock.advanceMs(400);
        ticks().subscribe().with(tick -> seen.add(clock.nowNs()));

        clock.advanceMs(400);

        assertThat(seen).containsExactly(2_000_000_000L, 2_000_000_000L);
    }

    @Test
    void ticksThatNobodyHearsStop() {
        ticks().subscribe().with(seen::add).cancel();
        clock.advanceMs(10_000);

        assertThat(seen).isEmpty();
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aTickWhoseWorkFailsFailsTheStream() {
        IllegalStateException defect = new IllegalStateException("a defect");
        ticks().onItem()
                .invoke(tick -> {
                    throw defect;
                })
                .subscribe()
                .with(seen::add, seen::add);

        clock.advanceMs(10_000);

        assertThat(seen).containsExactly(defect);
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void whatIsDoneInTimeIsNotWaitedForLonger() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        wait(Uni.createFrom().completionStage(done));

        done.complete(null);

        assertThat(seen).containsExactly("over");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void whatIsNotDoneInTimeIsNotWaitedFor() {
        wait(Uni.createFrom().nothing());

        clock.advanceMs(999);
        List<Object> before = List.copyOf(seen);
        clock.advanceMs(1);

        assertThat(before).isEmpty();
        assertThat(seen).containsExactly("too late");
    }

    @Test
    void aTaskRunsOnceAtItsTime() throws Exception {
        executor.execute(() -> seen.add("at once"));
        ScheduledFuture<String> later = executor.schedule(() -> "later", 2, TimeUnit.SECONDS);

        long delayMs = later.getDelay(TimeUnit.MILLISECONDS);
        clock.advanceMs(1_999);
        boolean early = later.isDone();
        clock.advanceMs(1);

        assertThat(seen).containsExactly("at once");
        assertThat(delayMs).isEqualTo(2_000);
        assertThat(early).isFalse();
        assertThat(later.get()).isEqualTo("later");
    }

    @Test
    void tasksAreOrderedByTheirTime() {
        ScheduledFuture<?> first = executor.schedule(() -> {}, 1, TimeUnit.SECONDS);
        ScheduledFuture<?> second = executor.schedule(() -> {}, 2, TimeUnit.SECONDS);

        assertThat(first.compareTo(second)).isNegative();
    }

    @Test
    void theClockIsNotShutDown() {
        assertThatThrownBy(executor::shutdown).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(executor::shutdownNow).isInstanceOf(UnsupportedOperationException.class);
        assertThat(executor.isShutdown()).isFalse();
        assertThat(executor.isTerminated()).isFalse();
    }

    private void wait(Uni<Void> waited) {
        waited.ifNoItem()
                .after(SECOND)
                .on(executor)
                .fail()
                .subscribe()
                .with(done -> seen.add("over"), failure -> seen.add("too late"));
    }
}
