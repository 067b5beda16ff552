package io.livedub.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TemporaryFolderTest {
    @TempDir
    Path folder;

    @Test
    void aFolderThatCanBeWrittenIsLeftAsItWas() throws IOException {
        TemporaryFolder.check(folder);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsWrongWithItIsOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        refused(folder.resolve("nowhere"), "it does not exist");
        refused(file, "it is not a folder");
        // Root writes everywhere but here.
        refused(Path.of("/proc/self"), "nothing can be written there");
    }

    @Test
    void whatKilledProcessesLeftIsRemoved() throws IOException {
        Path left = old("stream-worker-pages-1");
        Path withPages = old("stream-worker-pages-2");
        Files.writeString(withPages.resolve("page"), "");
        age(withPages);
        Path foreign = old("something-else");
        Path fresh = Files.createDirectory(folder.resolve("stream-worker-pages-3"));

        TemporaryFolder.removeOfKilled(folder);
        TemporaryFolder.removeOfKilled(folder.resolve("nowhere"));

        assertThat(left).doesNotExist();
        assertThat(List.of(withPages, foreign, fresh))
                .allSatisfy(path -> assertThat(path).isDirectory());
    }

    private Path old(String name) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        age(made);
        return made;
    }

    private static void age(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }

    private static void refused(Path folder, String why) {
        assertThatThrownBy(() -> TemporaryFolder.check(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(folder.toString(), why, "-Djava.io.tmpdir=")
                .hasMessageMatching("\\V*");
    }
}
