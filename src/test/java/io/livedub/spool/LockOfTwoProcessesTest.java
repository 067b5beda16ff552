package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

/** What another process sees of the lock: in one process the JVM itself keeps account of locks, and would hide one that the system does not have. */
class LockOfTwoProcessesTest {
    @TempDir
    Path folder;

    @Test
    void aStreamIsLockedForOtherProcesses() throws Exception {
        // given
        SpoolFolder spool = new SpoolFolder(folder, new StreamId("a"));
        Path file = folder.resolve("a/.spool/lock");
        // when
        StreamLock lock = ((StreamLock.LockOutcome.Locked) StreamLock.tryLock(spool, () -> {})).lock();
        // then
        assertThat(isFreeForOthers(file)).isFalse();
        // when
        lock.close();
        // then
        assertThat(isFreeForOthers(file)).isTrue();
    }

    @Test
    void aServingFolderIsHeldForOtherProcessesHoweverOftenThisProcessLooks() throws Exception {
        // given
        ServingFolder serving = new ServingFolder(folder);
        // when
        serving.serve();
        serving.serve();
        serving.ask();
        // then
        assertThat(serving.other()).isEmpty();
        assertThat(serving.successor()).isEmpty();
        assertThat(isFreeForOthers(folder.resolve(".serve/lock"))).isFalse();
        assertThat(isFreeForOthers(folder.resolve(".serve/successor"))).isFalse();
    }

    private static boolean isFreeForOthers(Path file) throws IOException, InterruptedException {
        String program = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)";
        return new ProcessBuilder("python3", "-c", program, file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
