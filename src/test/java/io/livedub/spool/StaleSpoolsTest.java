package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

class StaleSpoolsTest {
    private static final Instant NOW = Instant.parse("2026-11-28T05:00:00Z");
    private static final String RUNNING = "running";
    private static final String YOUNG = "killed-just-now";

    @TempDir
    Path segments;

    private int sweep() {
        return new StaleSpools(
                        segments, new StreamId(RUNNING)::equals, new StreamId(YOUNG)::equals, InstantSource.fixed(NOW))
                .sweep();
    }

    private SpoolFolder spool(String id, Duration age) throws IOException {
        SpoolFolder folder = new SpoolFolder(segments, new StreamId(id));
        folder.make();
        folder.create(1).close();
        folder.create(2).close();
        folder.openLock().close();
        folder.keepSettings("settings 1\n");
        touch(folder, age);
        return folder;
    }

    private void touch(SpoolFolder folder, Duration age) throws IOException {
        FileTime then = FileTime.from(NOW.minus(age));
        Path path = folder.lockFile().getParent();
        try (Stream<Path> all = Files.list(path)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                Files.setLastModifiedTime(file, then);
            }
        }
        Files.setLastModifiedTime(path, then);
    }

    private boolean isThere(String id) {
        return Files.exists(segments.resolve(id).resolve(SpoolFolder.NAME));
    }

    @Test
    void theSpoolOfAStreamThatNeverCameBackIsRemovedWithAllThatIsInIt() throws IOException {
        spool("old", Duration.ofMinutes(61));
        spool("young", Duration.ofMinutes(59));

        assertThat(sweep()).isEqualTo(1);

        assertThat(isThere("old")).isFalse();
        assertThat(isThere("young")).isTrue();
        assertThat(new SpoolFolder(segments, new StreamId("young")).files()).hasSize(2);
    }

    @Test
    void aSpoolThatCanBeGoneOnWithStaysWhenTheWallClockWasSetForward() throws IOException {
        spool(YOUNG, Duration.ofMinutes(61));

        assertThat(sweep()).isZero();
        assertThat(isThere(YOUNG)).isTrue();
    }

    @Test
    void whatIsOnAirIsNeverTouchedHoweverOldItsFilesAre() throws IOException {
        spool(RUNNING, Duration.ofDays(2));
        SpoolFolder elsewhere = spool("elsewhere", Duration.ofDays(2));
        StreamLock.LockOutcome lock = StreamLock.tryLock(elsewhere, () -> {});
        assertThat(lock).isInstanceOf(StreamLock.LockOutcome.Locked.class);
        touch(elsewhere, Duration.ofDays(2));

        assertThat(sweep()).isZero();

        assertThat(elsewhere.files()).hasSize(2);
        assertThat(elsewhere.settings()).isNotEmpty();
        assertThat(isThere(RUNNING)).isTrue();
        ((StreamLock.LockOutcome.Locked) lock).lock().close();
    }

    @Test
    void oneFileThatWasWrittenSinceKeepsTheWhole() throws IOException {
        SpoolFolder folder = spool("a", Duration.ofDays(1));
        Files.setLastModifiedTime(folder.file(2), FileTime.from(NOW.minusSeconds(30)));

        assertThat(sweep()).isZero();
        assertThat(folder.files()).hasSize(2);
    }

    @Test
    void aLockThatACrashHasLeftAloneGoesToo() throws IOException {
        SpoolFolder folder = new SpoolFolder(segments, new StreamId("a"));
        folder.openLock().close();
        touch(folder, Duration.ofHours(2));

        assertThat(sweep()).isEqualTo(1);
        assertThat(isThere("a")).isFalse();
    }

    @Test
    void foreignFilesAndFoldersStay() throws IOException {
        SpoolFolder folder = spool("a", Duration.ofHours(2));
        Path foreign = Files.writeString(folder.lockFile().resolveSibling("notes.txt"), "kept");
        touch(folder, Duration.ofHours(2));
        Path outside = Files.createDirectory(segments.resolve("real"));
        Files.createSymbolicLink(segments.resolve("link"), outside);
        Files.createDirectories(segments.resolve("not an id/.spool"));

        sweep();

        assertThat(foreign).exists();
        assertThat(outside).exists();
        assertThat(segments.resolve("not an id/.spool")).exists();
    }

    @Test
    void settingsAreReadAsTheyWereKeptAndNothingElseIs() throws IOException {
        SpoolFolder folder = new SpoolFolder(segments, new StreamId("a"));
        assertThat(folder.settings()).isEmpty();

        folder.keepSettings("settings 1\napi bed duck\n");
        folder.keepSettings("settings 1\napi bed off\n");
        assertThat(folder.settings()).isEqualTo("settings 1\napi bed off\n");

        folder.keepSettings("");
        assertThat(folder.settings()).isEmpty();

        Path file = segments.resolve("a/.spool/settings");
        Files.write(file, new byte[65 << 10]);
        assertThat(folder.settings()).as("larger than any").isEmpty();
        Files.delete(file);
        Files.createSymbolicLink(file, Files.writeString(segments.resolve("other"), "settings 1\n"));
        assertThat(folder.settings()).as("a symbolic link").isEmpty();
    }
}
