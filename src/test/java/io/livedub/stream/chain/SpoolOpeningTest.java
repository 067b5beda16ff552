package io.livedub.stream.chain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.Recorder;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** What a stream finds in its folder while the disk hangs. */
class SpoolOpeningTest {
    private static final StreamId ID = new StreamId("test");

    @TempDir
    Path segments;

    private final Queue<Runnable> lane = new ArrayDeque<>();
    private final Recorder seen = new Recorder();
    private boolean hangs;

    private SpoolOpening opening() {
        return new SpoolOpening(
                new WorkerConfig.Segments(
                        Duration.ofSeconds(2),
                        segments,
                        Duration.ZERO,
                        0,
                        Optional.empty(),
                        true,
                        Duration.ofSeconds(60)),
                new VirtualClock(1),
                task -> {
                    lane.add(task);
                    run();
                });
    }

    private void run() {
        while (!hangs && !lane.isEmpty()) {
            lane.remove().run();
        }
    }

    /** Nobody waits for the limit: a thread that is interrupted waits no longer either. */
    private void hang() {
        hangs = true;
        Thread.currentThread().interrupt();
    }

    private void answer() {
        Thread.interrupted();
        hangs = false;
        run();
    }

    @AfterEach
    void endInterruption() {
        Thread.interrupted();
    }

    @Test
    void aStreamThatBeganWhileTheDiskHungCanBeginAgain() {
        SpoolOpening opening = opening();
        hang();
        assertThat(opening.open(ID, seen)).isEmpty();
        assertThat(seen.warnings).containsExactly("spool: the disk hangs");
        answer();

        assertThat(opening.open(ID, seen)).isPresent();
        assertThat(opening().look(ID, seen, Optional.empty())).isInstanceOf(Standby.Found.LockedElsewhere.class);
    }

    @Test
    void aDiskThatHangsIsNoLockThatIsFreeForAProcessThatStandsBy() {
        opening().open(ID, seen);
        Standby.Left left = opening().left(ID, seen);
        List<Standby.Found> found = new ArrayList<>();
        hang();
        found.add(left.look(Optional.empty()));
        found.add(left.look(Optional.empty()));
        answer();
        found.add(left.look(Optional.empty()));

        assertThat(found).allSatisfy(each -> assertThat(each).isInstanceOf(Standby.Found.LockedElsewhere.class));
        assertThat(seen.warnings)
                .containsExactly(
                        "it cannot be told whether another process has the stream: the disk hangs; this process goes on"
                                + " standing by");
    }
}
