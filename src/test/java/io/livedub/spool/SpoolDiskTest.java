package io.livedub.spool;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Disks that refuse. */
class SpoolDiskTest {
    @TempDir
    Path segments;

    /** A file system of 16 KiB; making one needs root, and so does finding a disk that is full. */
    @Test
    void aFullDiskCostsTheSpoolOnly() throws Exception {
        assumeTrue(mounted("size=16k"), "needs to mount a tmpfs");
        try {
            SpooledStream stream = new SpooledStream(segments).run(30);

            assertThat(stream.givenUp).hasSize(1);
            assertThat(stream.givenUp.get(0)).contains("No space left on device");
            assertThat(stream.cut).hasSizeGreaterThan(10);
            stream.killed();
        } finally {
            unmount();
        }
    }

    @Test
    void aReadOnlyDiskCostsTheSpoolOnly() throws Exception {
        assumeTrue(mounted("size=8m,ro"), "needs to mount a tmpfs");
        try {
            assertThat(StreamLock.tryLock(new SpoolFolder(segments, "test"), () -> {}))
                    .isInstanceOfSatisfying(
                            StreamLock.Outcome.Unavailable.class,
                            unavailable -> assertThat(unavailable.why()).contains("Read-only file system"));
        } finally {
            unmount();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsSaidInOneLine() throws IOException {
        Files.createDirectories(segments);
        Files.writeString(segments.resolve("test"), "a file where the stream's folder would be");

        StreamLock.Outcome outcome = StreamLock.tryLock(new SpoolFolder(segments, "test"), () -> {});

        assertThat(outcome).isInstanceOfSatisfying(StreamLock.Outcome.Unavailable.class, unavailable -> assertThat(
                        unavailable.why())
                .contains("test")
                .doesNotContain("\n"));
    }

    @Test
    void filesAreForTheOwnerAndItsGroupOnly() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        SpooledStream stream = new SpooledStream(segments).run(1);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stream.folder.file(1))))
                .isEqualTo("rw-r-----");
    }

    private boolean mounted(String options) throws Exception {
        return run("mount", "-t", "tmpfs", "-o", options, "tmpfs", segments.toString()) == 0;
    }

    private void unmount() throws Exception {
        run("umount", "-l", segments.toString());
    }

    private static int run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return -1;
        }
        return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
