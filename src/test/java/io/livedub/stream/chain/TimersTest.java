package io.livedub.stream.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;

import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** What waits on the stream's clock: the ticker, and waiting with an end. */
class TimersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualClock clock = new VirtualClock();
    private final List<Object> seen = new ArrayList<>();

    @Test
    void ticksComeAtTheirPeriodUntilItIsFinished() {
        Ticker ticker = new Ticker(clock, SECOND, () -> clock.nowNs() > 3_500_000_000L);
        ticker.ticks().subscribe().with(seen::add, failure -> {}, () -> seen.add("completed"));

        clock.advanceMs(10_000);

        assertThat(seen).containsExactly(1_000_000_000L, 2_000_000_000L, 3_000_000_000L, "completed");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aTickerThatNobodyHearsStops() {
        Ticker ticker = new Ticker(clock, SECOND, () -> false);

        ticker.ticks().subscribe().with(seen::add).cancel();
        clock.advanceMs(10_000);

        assertThat(seen).isEmpty();
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aTickThatNobodyIsReadyForIsDropped() {
        Ticker ticker = new Ticker(clock, SECOND, () -> clock.nowNs() > 4_500_000_000L);
        ticker.ticks().select().first(1).subscribe().with(seen::add);

        clock.advanceMs(10_000);

        assertThat(seen).containsExactly(1_000_000_000L);
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
        assertThat(seen).containsExactly("over");
    }

    @Test
    void whatFailsIsOver() {
        wait(Uni.createFrom().failure(new IllegalStateException("no")));

        assertThat(seen).containsExactly("over");
        assertThat(clock.pendingTasks()).isZero();
    }

    private void wait(Uni<Void> waited) {
        Deadline.within(SECOND, waited, clock).subscribe().with(done -> seen.add("over"), failure -> seen.add(failure));
    }
}
