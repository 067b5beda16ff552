package io.livedub.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    private static void refused(Path folder, String why) {
        assertThatThrownBy(() -> TemporaryFolder.check(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(folder.toString(), why, "-Djava.io.tmpdir=")
                .hasMessageMatching("\\V*");
    }
}
