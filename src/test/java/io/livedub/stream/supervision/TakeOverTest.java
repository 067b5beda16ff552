package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;
import io.livedub.stream.supervision.TakeOver.Step;

import static org.assertj.core.api.Assertions.assertThat;

/** What happens between two processes that serve, step by step. */
class TakeOverTest {
    private static final long MS = 1_000_000L;
    private static final StreamId A = new StreamId("a");
    private static final StreamId B = new StreamId("b");

    private final Old old = new Old();
    private final New here = new New();
    private final TakeOver takeOver = new TakeOver(old, here, 0);
    private long nowMs;

    @Test
    void nothingIsAskedForBeforeAllStreamsAreReady() {
        old.streams.addAll(List.of(A, B));
        look(100);
        here.standing.put(A, true);
        look(5_000);

        assertThat(here.standing).containsOnlyKeys(A, B);
        assertThat(old.announced).isFalse();
        assertThat(here.asked).isFalse();

        here.standing.put(B, true);
        look(100);
        assertThat(old.announced).isTrue();
        assertThat(here.asked).as("a stream may have begun in the last moment").isFalse();
        look(1_100);
        assertThat(here.asked).isTrue();
        assertThat(takeOver.hasTaken()).isFalse();

        here.standing.remove(A);
        look(100);
        assertThat(takeOver.hasTaken()).isTrue();
        here.standing.remove(B);
        look(100);
        assertThat(takeOver.step()).isInstanceOf(Step.Ending.class);
        old.there = false;
        look(100);
        assertThat(takeOver.step()).isEqualTo(new Step.Done(2));
        assertThat(old.announced).isFalse();
    }

    @Test
    void aStreamThatBeganInTheLastMomentIsWaitedFor() {
        old.streams.add(A);
        look(100);
        here.standing.put(A, true);
        look(600);
        old.streams.add(B);
        look(1_500);
        assertThat(here.asked).isFalse();
        here.standing.put(B, true);
        look(100);
        assertThat(here.asked).isTrue();
    }

    @Test
    void aSourceThatCannotBeReadLeavesEverythingWhereItIs() {
        old.streams.addAll(List.of(A, B));
        look(100);
        here.standing.put(B, true);
        look(91_000);

        assertThat(takeOver.step())
                .isEqualTo(new Step.TakeOverFailed("after 90 s the source of a gives no keyframe to this process"));
        assertThat(here.asked).isFalse();
        assertThat(old.announced).isFalse();
    }

    @Test
    void aProcessThatLetsNothingGoKeepsEverything() {
        old.streams.add(A);
        look(100);
        here.standing.put(A, true);
        look(2_000);
        look(1_000);
        assertThat(takeOver.step()).isInstanceOf(Step.Taking.class);
        look(121_000);

        assertThat(takeOver.step()).isInstanceOf(Step.TakeOverFailed.class);
        assertThat(old.killed).isFalse();
    }

    @Test
    void aProcessWhoseStreamsHaveNoSpoolKeepsThem() {
        look(100);
        look(1_100);
        look(100);
        look(100);
        assertThat(takeOver.step()).isInstanceOf(Step.Ending.class);
        assertThat(old.announced).isTrue();
        look(119_000);
        assertThat(takeOver.step()).isInstanceOf(Step.Ending.class);
        look(2_000);

        assertThat(takeOver.step())
                .isEqualTo(new Step.TakeOverFailed("after 120 s the process that serves has not let go of any stream"));
        assertThat(old.announced).as("it takes streams again").isFalse();
    }

    @Test
    void aProcessThatDoesNotAnswerIsKilledOnce() {
        old.streams.add(A);
        look(100);
        here.standing.put(A, true);
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
        assertThat(takeOver.step())
                .isEqualTo(new Step.TakeOverFailed("yet another process is taking the streams over"));
    }

    @Test
    void aProcessWithoutRoomForAllLeavesThemWhereTheyAre() {
        old.streams.add(A);
        here.full = true;
        look(100);
        assertThat(takeOver.step())
                .isEqualTo(new Step.TakeOverFailed("this process takes no more than the 0 streams before a"));
        assertThat(old.announced).isFalse();
    }

    @Test
    void aStreamOfWhichNothingWasShownIsBegunWhenTheOtherProcessHasEnded() {
        old.left.add(B);
        look(100);
        look(1_100);
        look(100);
        look(100);
        assertThat(takeOver.step()).isInstanceOf(Step.Ending.class);
        assertThat(here.begun).isEmpty();
        old.there = false;
        look(100);
        assertThat(here.begun).containsExactly(B);
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
        private final List<StreamId> streams = new ArrayList<>();
        private final Set<StreamId> left = new HashSet<>();
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
        public List<StreamId> streams(Set<StreamId> known) {
            return streams.stream().filter(id -> !known.contains(id)).toList();
        }

        @Override
        public Set<StreamId> left() {
            return left;
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
        private final Map<StreamId, Boolean> standing = new HashMap<>();
        private final Set<StreamId> begun = new HashSet<>();
        private boolean full;
        private boolean asked;

        @Override
        public boolean standBy(StreamId streamId) {
            if (full) {
                return false;
            }
            standing.put(streamId, false);
            return true;
        }

        @Override
        public void begin(Set<StreamId> streams) {
            begun.addAll(streams);
        }

        @Override
        public Map<StreamId, Boolean> standingBy() {
            return Map.copyOf(standing);
        }

        @Override
        public void ask() {
            asked = true;
        }
    }
}
