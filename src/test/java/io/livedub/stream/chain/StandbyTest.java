package io.livedub.stream.chain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.spool.SpoolFolder;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.source.PrimedSources;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class StandbyTest {
    @TempDir
    Path segments;

    private final VirtualClock clock = new VirtualClock(1);
    private final List<String> told = new ArrayList<>();
    private Standby standby;

    private void standBy(Supplier<Standby.Found> found) {
        standby = new Standby(
                new SpoolFolder(segments, new StreamId("test")),
                new PrimedSources(Map.of()),
                new Standby.Left() {
                    @Override
                    public Standby.Found look(Optional<StreamSpool> ahead) {
                        return found.get();
                    }

                    @Override
                    public Optional<StreamSpool> readAhead() {
                        return Optional.empty();
                    }

                    @Override
                    public OptionalLong readUntilNs() {
                        return OptionalLong.empty();
                    }
                },
                clock,
                Runnable::run,
                event -> {},
                "another process");
        standby.begin(new Standby.StandbyEnd() {
            @Override
            public void prepare(StreamSpool spool) {
                told.add("prepared");
            }

            @Override
            public void goOn(Optional<StreamSpool> spool) {
                told.add("goes on");
            }

            @Override
            public void over(StreamState end) {
                told.add(end.reason());
            }
        });
    }

    @Test
    void whatIsGivenUpDuringALookDoesNotGoOn() {
        standBy(() -> {
            standby.giveUp(new StreamState.Ended("SIGTERM"));
            return new Standby.Found.Free(Optional.empty(), false);
        });
        clock.advanceMs(5_000);

        assertThat(told).containsExactly("SIGTERM");
    }

    /** With the stream its folder has gone, in which a process says that it asks. */
    @Test
    void aStreamThatHasJustEndedCannotBeAskedForAndIsOver() {
        standBy(() -> new Standby.Found.Free(Optional.empty(), true));

        standby.ask();
        clock.advanceMs(5_000);

        assertThat(told).containsExactly("the stream has ended in the process that had it");
    }
}
