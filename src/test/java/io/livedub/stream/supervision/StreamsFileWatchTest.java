package io.livedub.stream.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.StreamsFile;
import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

class StreamsFileWatchTest {
    private static final SettingRules RULES = new SettingRules(8, true, false);

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Path file;
    private StreamsFileWatch watch;

    @BeforeEach
    void read() throws IOException {
        file = folder.resolve("streams.yaml");
        write("de");
        watch = watch(file);
        watch.look();
        watch.look();
    }

    private StreamsFileWatch watch(Path path) {
        return new StreamsFileWatch(
                Optional.of(path),
                StreamsFile.read(path, RULES),
                found -> StreamsFile.read(found, RULES),
                () -> told.add("taken"),
                told::add);
    }

    private void write(String language) throws IOException {
        Files.writeString(file, text(language));
    }

    private static String text(String language) {
        return "streams: [{match: \"*\", source_language: " + language + "}]\n";
    }

    private Optional<Object> language() {
        return Optional.ofNullable(watch.of(new StreamId("any")).said().get(Setting.SOURCE_LANGUAGE));
    }

    @Test
    void aFileThatStaysIsNotSpokenOf() {
        watch.look();

        assertThat(language()).contains("de");
        assertThat(told).isEmpty();
    }

    @Test
    void aChangeCountsWhenItIsTheSameAtTwoLooks() throws IOException {
        write("fr-CA");
        watch.look();
        assertThat(language()).contains("de");

        watch.look();
        watch.look();

        assertThat(language()).contains("fr-CA");
        assertThat(told).containsExactly("taken");
    }

    @Test
    void aWrongFileIsRefusedAsAWholeAndSaidOnce() throws IOException {
        write("fr}, {match: \"*\", mode: loud");
        for (int i = 0; i < 5; i++) {
            watch.look();
        }

        assertThat(language()).contains("de");
        assertThat(told).singleElement().asString().contains("line 1: streams[1].mode='loud'");

        write("it-IT");
        watch.look();
        watch.look();
        assertThat(language()).contains("it-IT");
        assertThat(told).hasSize(2).endsWith("taken");
    }

    @Test
    void aFileThatGoesLeavesWhatItSaid() throws IOException {
        Files.delete(file);
        for (int i = 0; i < 5; i++) {
            watch.look();
        }

        assertThat(language()).contains("de");
        assertThat(told).singleElement().asString().endsWith("it does not exist");
    }

    /** A ConfigMap's volume: the file is a link into a folder that is a link, and the folder's link is replaced. */
    @Test
    void aMountedConfigMapChangesByALinkAboveTheFile() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..2026_1"));
        Path second = Files.createDirectory(folder.resolve("..2026_2"));
        Files.writeString(first.resolve("s.yaml"), text("de"));
        Files.writeString(second.resolve("s.yaml"), text("fr"));
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_1"));
        watch = watch(Files.createSymbolicLink(folder.resolve("s.yaml"), Path.of("..data/s.yaml")));
        watch.look();
        watch.look();

        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        watch.look();
        watch.look();

        assertThat(language()).contains("fr");
    }

    @Test
    void whoAsksForItHasItReadAtOnce() throws IOException {
        write("nl-BE");

        watch.readAgain();

        assertThat(language()).contains("nl-BE");
        watch.readAgain();
        watch.look();
        watch.look();
        assertThat(told).as("who asked hears of it").containsExactly("taken", "taken");
    }

    @Test
    void withoutAFileNothingIsSaid() {
        StreamsFileWatch none = new StreamsFileWatch(
                Optional.empty(), StreamsFile.NONE, path -> StreamsFile.NONE, () -> told.add("taken"), told::add);

        none.look();
        none.readAgain();

        assertThat(none.of(new StreamId("any")).said()).isEmpty();
        assertThat(told).isEmpty();
    }
}
