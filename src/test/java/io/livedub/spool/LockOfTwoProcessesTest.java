package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What another process sees of the locks: in one process the JVM itself keeps account of them, and would hide one that the system does not have. */
class LockOfTwoProcessesTest {
    @TempDir
    Path folder;

    @Test
    void aStreamIsLockedForOtherProcesses() throws Exception {
        SpoolFolder spool = new SpoolFolder(folder, "a");
        Path file = folder.resolve("a/.spool/lock");
        StreamLock lock = ((StreamLock.Outcome.Locked) StreamLock.tryLock(spool, () -> {})).lock();
        assertThat(isFreeForOthers(file)).isFalse();
        lock.close();
        assertThat(isFreeForOthers(file)).isTrue();
    }

    @Test
    void aHeldFileIsHeldForOtherProcesses() throws Exception {
        ServingFolder serving = new ServingFolder(folder);
        serving.serve();
        serving.serve();
        serving.ask();
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
