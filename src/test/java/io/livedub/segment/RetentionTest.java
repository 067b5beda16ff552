package io.livedub.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path root;

    private final List<String> warnings = new ArrayList<>();
    private long freeBytes = 1L << 40;
    private long freedByEach;
    private boolean unreadable;
    private final Set<StreamId> running = new HashSet<>();

    private Retention retention(Duration keep) {
        return new Retention(
                root, keep, 1 << 30, this::free, running::contains, InstantSource.fixed(NOW), warnings::add);
    }

    private long free() throws IOException {
        if (unreadable) {
            throw new IOException("gone");
        }
        freeBytes += freedByEach;
        return freeBytes;
    }

    private Path file(String name, Duration age) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        return file;
    }

    @Test
    void whatIsOlderThanItsTimeIsDeletedAndNothingElse() throws IOException {
        Path old = file("a/000001_video.mp4", Duration.ofMinutes(61));
        Path young = file("a/000002_audio_dubbed.m4a", Duration.ofMinutes(59));
        Path foreign = file("a/notes.txt", Duration.ofDays(9));
        Path elsewhere = file("not a stream/000001_video.mp4", Duration.ofDays(9));
        Path loose = file("000001_video.mp4", Duration.ofDays(9));

        int removed = retention(Duration.ofHours(1)).sweep();

        assertThat(removed).isEqualTo(1);
        assertThat(old).doesNotExist();
        assertThat(List.of(young, foreign, elsewhere, loose)).allMatch(Files::exists);
        assertThat(warnings).isEmpty();
    }

    @Test
    void zeroKeepsAll() throws IOException {
        file("a/000001_video.mp4", Duration.ofDays(400));

        assertThat(retention(Duration.ZERO).sweep()).isZero();
    }

    @Test
    void aFullDiskCostsTheOldestWithOneWarning() throws IOException {
        Path oldest = file("b/000009_video.mp4", Duration.ofMinutes(50));
        Path newer = file("a/000001_video.mp4", Duration.ofMinutes(40));
        Path newest = file("a/000002_video.mp4", Duration.ofMinutes(30));
        freeBytes = 0;
        freedByEach = 400 << 20;
        Retention retention = retention(Duration.ZERO);

        int removed = retention.sweep();

        assertThat(removed).isEqualTo(1);
        assertThat(oldest).doesNotExist();
        assertThat(List.of(newer, newest)).allMatch(Files::exists);
        assertThat(warnings).hasSize(1).first().asString().contains("1024 MiB");
        freedByEach = 0;
        freeBytes = 0;
        assertThat(retention.sweep()).isEqualTo(2);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void whatACrashLeftIsRemoved() throws IOException {
        Path left = file("a/.000004_video.0a1b2c3d.tmp", Duration.ofSeconds(61));
        Path beingWritten = file("a/.000005_audio_dubbed.0a1b2c3d.tmp", Duration.ofSeconds(59));
        Path foreign = file("a/.hidden", Duration.ofDays(1));

        int removed = retention(Duration.ofHours(1)).sweep();

        assertThat(removed).as("segments").isZero();
        assertThat(left).doesNotExist();
        assertThat(List.of(beingWritten, foreign)).allMatch(Files::exists);
    }

    @Test
    void aDiskThatCannotBeAskedIsWarnedOfOnce() throws IOException {
        file("a/000001_video.mp4", Duration.ofDays(1));
        Retention retention = retention(Duration.ofHours(1));
        unreadable = true;

        retention.sweep();
        retention.sweep();

        assertThat(warnings).hasSize(1);
        unreadable = false;
        file("a/000002_video.mp4", Duration.ofDays(1));
        assertThat(retention.sweep()).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadOrDeletedIsPassedOverAndSaidOnce() throws IOException {
        // given
        Path stuck = file("a/000001_video.mp4", Duration.ofDays(2));
        Path deletable = file("b/000001_video.mp4", Duration.ofDays(1));
        Path later = file("a/000002_video.mp4", Duration.ofDays(1));
        Retention retention = retention(Duration.ofHours(1));
        Assumptions.assumeTrue(immutable(stuck), "a file that cannot be deleted needs the right to make one");
        try {
            // when
            assertThat(retention.sweep()).isEqualTo(2);
            assertThat(retention.sweep()).isZero();
            // then
            assertThat(stuck).exists();
            assertThat(List.of(deletable, later)).noneMatch(Files::exists);
            assertThat(warnings).singleElement().asString().contains("000001_video.mp4", "1 segment files");
        } finally {
            Shell.run("chattr", "-i", stuck.toString());
        }
    }

    private static boolean immutable(Path file) {
        try {
            Shell.run("chattr", "+i", file.toString());
            return true;
        } catch (AssertionError | RuntimeException notAllowed) {
            return false;
        }
    }

    @Test
    void anEmptyFolderOfAStreamThatIsGoneIsRemoved() throws IOException {
        Path gone = folder("gone", Duration.ofMinutes(2));
        Path busy = folder("busy", Duration.ofMinutes(2));
        Path justNow = folder("just-now", Duration.ofSeconds(30));
        Path foreign = folder("not a stream", Duration.ofDays(2));
        file("kept/notes.txt", Duration.ofDays(2));
        Files.setLastModifiedTime(root.resolve("kept"), FileTime.from(NOW.minus(Duration.ofDays(2))));
        running.add(new StreamId("busy"));

        retention(Duration.ofHours(1)).sweep();

        assertThat(gone).doesNotExist();
        assertThat(List.of(busy, justNow, foreign, root.resolve("kept"))).allMatch(Files::exists);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatALinkPointsToIsLeftAlone(@TempDir Path elsewhere) throws IOException {
        Path foreign = Files.createFile(elsewhere.resolve("000001_video.mp4"));
        Files.setLastModifiedTime(foreign, FileTime.from(NOW.minus(Duration.ofDays(2))));
        Files.createSymbolicLink(root.resolve("linked"), elsewhere);
        Files.createDirectories(root.resolve("a"));
        Files.createSymbolicLink(root.resolve("a/000002_video.mp4"), foreign);

        assertThat(retention(Duration.ofHours(1)).sweep()).isZero();

        assertThat(foreign).exists();
        assertThat(root.resolve("linked")).isSymbolicLink();
    }

    private Path folder(String name, Duration age) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        return Files.setLastModifiedTime(folder, FileTime.from(NOW.minus(age)));
    }

    @Test
    void afolderThatIsNotThereIsNothingToDo() {
        Retention real = new Retention(root.resolve("none"), Duration.ofHours(1), 1, id -> false, warnings::add);

        assertThat(real.sweep()).isZero();
    }

    @Test
    void theRealDiskIsAsked() throws IOException {
        Path old = file("a/000001_video.mp4", Duration.ofDays(400));
        Retention real = new Retention(root, Duration.ofDays(365_000), Long.MAX_VALUE, id -> false, warnings::add);

        assertThat(real.sweep()).isEqualTo(1);
        assertThat(old).doesNotExist();
    }
}
