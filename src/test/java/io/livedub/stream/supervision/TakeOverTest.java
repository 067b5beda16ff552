package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.livedub.stream.supervision.TakeOver.Step;

import static org.assertj.core.api.Assertions.assertThat;

/** What happens between two processes that serve, step by step. */
class TakeOverTest {
    private static final long MS = 1_000_000L;

    private final Old old = new Old();
    private final New here = new New();
    private final TakeOver takeOver = new TakeOver(old, here, 0);
    private long nowMs;

    @Test
    void nothingIsAskedForBeforeAllStreamsAreReady() {
        old.streams.addAll(List.of("a", "b"));
        look(100);
        here.standing.put("a", true);
        look(5_000);

        assertThat(here.standing).containsOnlyKeys("a", "b");
        assertThat(old.announced).isFalse();
        assertThat(here.asked).isFalse();

        here.standing.put("b", true);
        look(100);
        assertThat(old.announced).isTrue();
        assertThat(here.asked).as("a stream may have begun in the last moment").isFalse();
        look(1_100);
        assertThat(here.asked).isTrue();
        assertThat(takeOver.hasTaken()).isFalse();

        here.standing.remove("a");
        look(100);
        assertThat(takeOver.hasTaken()).isTrue();
        here.standing.remove("b");
        look(100);
        assertThat(takeOver.step()).isInstanceOf(Step.Ending.class);
        old.there = false;
        look(100);
        assertThat(takeOver.step()).isEqualTo(new Step.Done(2));
        assertThat(old.announced).isFalse();
    }

    @Test
    void aStreamThatBeganInTheLastMomentIsWaitedFor() {
        old.streams.add("a");
        look(100);
        here.standing.put("a", true);
        look(600);
        old.streams.add("b");
        look(1_500);
        assertThat(here.asked).isFalse();
        here.standing.put("b", true);
        look(100);
        assertThat(here.asked).isTrue();
    }

    @Test
    void aSourceThatCannotBeReadLeavesEverythingWhereItIs() {
        old.streams.addAll(List.of("a", "b"));
        look(100);
        here.standing.put("b", true);
        look(91_000);

        assertThat(takeOver.step())
                .isEqualTo(new Step.Failed("after 90 s the source of a gives no keyframe to this process"));
        assertThat(here.asked).isFalse();
        assertThat(old.announced).isFalse();
    }

    @Test
    void aProcessThatLetsNothingGoKeepsEverything() {
        old.streams.add("a");
        look(100);
        here.standing.put("a", true);
        look(2_000);
        look(1_000);
        assertThat(takeOver.step()).isInstanceOf(Step.Taking.class);
        look(121_000);

        assertThat(takeOver.step()).isInstanceOf(Step.Failed.class);
        assertThat(old.killed).isFalse();
    }

    @Test
    void aProcessThatDoesNotAnswerIsKilledOnce() {
        old.streams.add("a");
        look(100);
        here.standing.put("a", true);
        look(2_000);
        look(1_000);
        old.silent = Duration.ofSeconds(11);
        look(100);
        look(100);
        assertThat(old.killed).isTrue();
        assertThat(old.kills).isEqualTo(1);
    }

    @Test
    void aSecondSuccessorGivesUp() {
        old.asked = true;
        look(100);
        assertThat(takeOver.step()).isEqualTo(new Step.Failed("yet another process is taking the streams over"));
    }

    @Test
    void aProcessOfAnotherMachineKeepsItsPorts() {
        old.ports = false;
        look(100);
        look(1_100);
        look(100);
        look(100);
        assertThat(takeOver.step()).isEqualTo(new Step.Done(0));
    }

    private void look(long laterMs) {
        nowMs += laterMs;
        takeOver.look(nowMs * MS);
    }

    private static final class Old implements TakeOver.Other {
        private final List<String> streams = new ArrayList<>();
        private boolean there = true;
        private boolean ports = true;
        private boolean announced;
        private boolean asked;
        private boolean killed;
        private int kills;
        private Duration silent = Duration.ZERO;

        @Override
        public boolean isThere() {
            return there;
        }

        @Override
        public boolean hasPorts() {
            return ports;
        }

        @Override
        public Duration silentFor() {
            return silent;
        }

        @Override
        public List<String> streams(Set<String> known) {
            return streams.stream().filter(id -> !known.contains(id)).toList();
        }

        @Override
        public boolean announce() {
            announced = !asked;
            return announced;
        }

        @Override
        public void withdraw() {
            announced = false;
        }

        @Override
        public boolean kill() {
            killed = true;
            kills++;
            return true;
        }
    }

    private static final class New implements TakeOver.Here {
        private final Map<String, Boolean> standing = new HashMap<>();
        private boolean asked;

        @Override
        public void standBy(String streamId) {
            standing.put(streamId, false);
        }

        @Override
        public Map<String, Boolean> standingBy() {
            return Map.copyOf(standing);
        }

        @Override
        public void ask() {
            asked = true;
        }
    }
}
