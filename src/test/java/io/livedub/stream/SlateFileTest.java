package io.livedub.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.ConfigurationException;
import io.livedub.config.Environment;
import io.livedub.timeline.SlatePlan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SlateFileTest {
    @TempDir
    Path folder;

    private static Optional<SlatePlan> plan(String... variables) {
        return SlateFile.plan(Environment.read(variables).continuity());
    }

    private static void refuses(Path file, String why) {
        assertThatThrownBy(() -> plan("WORKER_SLATE", file.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_SLATE='" + file + "' is not valid: ")
                .hasMessageContaining(why)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void nothingIsShownUnlessSomebodySaysSo() {
        assertThat(plan()).isEmpty();
        assertThat(plan("WORKER_SLATE", "off")).isEmpty();
        assertThat(plan("WORKER_SLATE", "OFF")).isEmpty();
    }

    @Test
    void aWordHoldsTheLastKeyframe() {
        assertThat(plan("WORKER_SLATE", "hold")).contains(new SlatePlan(Optional.empty()));
        assertThat(plan("WORKER_SLATE", " Hold ")).contains(new SlatePlan(Optional.empty()));
    }

    @Test
    void aFileIsRead() throws IOException {
        Path film = folder.resolve("film.mp4");
        try (InputStream packed = SlateFileTest.class.getResourceAsStream("/slate/film.mp4")) {
            Files.copy(packed, film);
        }

        SlatePlan plan = plan("WORKER_SLATE", film.toString()).orElseThrow();

        assertThat(plan.clip().orElseThrow().pictures()).hasSize(10);
    }

    @Test
    void whatCannotBeShownIsRefusedInOneLine() throws IOException {
        refuses(folder.resolve("missing.mp4"), "there is no such file");
        refuses(folder, "it is not a file");
        refuses(Files.writeString(folder.resolve("text.mp4"), "no film"), "moov");
        refuses(Files.write(folder.resolve("empty.mp4"), new byte[0]), "moov");
    }
}
