package io.livedub.stream.chain;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.livedub.stream.Recorder;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

import static org.assertj.core.api.Assertions.assertThat;

class StreamStateTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"connecting, 0", "live, 1", "source-lost, 2", "draining, 3", "ended, 4", "failed, 5"})
    void eachStateHasItsNameAndItsGauge(String label, int gauge) {
        List<StreamState> states = all();

        assertThat(states.get(gauge).label()).isEqualTo(label);
        assertThat(states.get(gauge).gauge()).isEqualTo(gauge);
        assertThat(states.get(gauge).isOver()).isEqualTo(gauge >= 4);
    }

    @Test
    void aStreamLivesDrainsAndEnds() {
        StreamState.Connecting connecting = (StreamState.Connecting) StreamState.initial();
        StreamState.Live live = (StreamState.Live) connecting.firstFrame();
        StreamState.SourceLost lost = (StreamState.SourceLost) live.sourceLost("server gone");
        StreamState.Draining draining = (StreamState.Draining) lost.sourceBack().drain("SIGTERM");

        assertThat(lost.reason()).isEqualTo("server gone");
        assertThat(draining.drained()).isEqualTo(new StreamState.Ended("SIGTERM"));
    }

    @Test
    void drainingIsBegunOnceAndNotAfterAnEnd() {
        for (StreamState state : all()) {
            StreamState drained = state.drain("again");

            boolean kept = state instanceof StreamState.Draining || state.isOver();
            assertThat(drained).isEqualTo(kept ? state : new StreamState.Draining("again"));
        }
    }

    @Test
    void failingIsPossibleFromAnywhereThatIsNoEnd() {
        for (StreamState state : all()) {
            StreamState failed = state.fail("gone", ExitCode.PUBLISHING);

            assertThat(failed).isEqualTo(state.isOver() ? state : new StreamState.Failed("gone", ExitCode.PUBLISHING));
        }
    }

    @Test
    void lifeTellsOfChangesAndOfNothingElse() {
        Recorder seen = new Recorder();
        StreamLife life = new StreamLife(seen);

        life.sourceLost("not live yet");
        life.live();
        life.live();
        life.sourceLost("broke");
        life.sourceLost("broke again");
        life.live();
        life.change("SIGTERM", state -> state.drain("SIGTERM"));
        life.live();
        life.sourceLost("while draining");

        assertThat(seen.life).containsExactly("live", "source-lost", "live", "draining");
        assertThat(life.state()).isEqualTo(new StreamState.Draining("SIGTERM"));
    }

    @ParameterizedTest
    @EnumSource(ExitCode.class)
    void onlyWhatARestartCannotMendIsFinal(ExitCode code) {
        // Number 4 also says that no picture has come so far, which may change.
        boolean expected = List.of(2, 4, 7).contains(code.code()) && code != ExitCode.NO_PICTURE;

        assertThat(code.isFinal()).isEqualTo(expected);
    }

    private static List<StreamState> all() {
        return new ArrayList<>(List.of(
                new StreamState.Connecting(),
                new StreamState.Live(),
                new StreamState.SourceLost("lost"),
                new StreamState.Draining("drain"),
                new StreamState.Ended("end"),
                new StreamState.Failed("fail", ExitCode.INTERNAL)));
    }
}
