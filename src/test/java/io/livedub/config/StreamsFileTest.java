package io.livedub.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.id.StreamId;
import io.livedub.sound.Bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class StreamsFileTest {
    private static final SettingRules RULES = new SettingRules(8, true, false);
    private static final JsonSchema SCHEMA = schema();

    private static JsonSchema schema() {
        try {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(new ObjectMapper()
                            .readTree(Path.of("deploy/streams.schema.json").toFile()));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Test
    void theExampleIsInOrderAndSaysWhatItsCommentsSay() {
        StreamsFile example = StreamsFile.read(Path.of("deploy/streams.yaml"), RULES);

        assertThat(example.of(new StreamId("news-berlin")).said())
                .containsEntry(Setting.SOURCE_LANGUAGE, "de")
                .containsEntry(
                        Setting.TARGETS,
                        List.of(Target.of("es"), new Target("fr", Optional.of("anna")), Target.of(Target.ORIGINAL)))
                .containsEntry(Setting.CUT, true)
                .as("of another entry")
                .doesNotContainKey(Setting.BED);
        assertThat(example.of(new StreamId("concert-7")).said()).containsEntry(Setting.MODE, true);
        assertThat(example.of(new StreamId("concert-77")).said())
                .doesNotContainKey(Setting.MODE)
                .containsEntry(Setting.BED, Bed.DUCK)
                .containsEntry(Setting.BED_DB, -18)
                .containsEntry(Setting.LOUDNESS, true);
    }

    /** Each text, and the line and the words that its message names; the words are empty when the text is in order. */
    static Stream<Arguments> files() {
        return Stream.of(
                arguments("streams: []", 0, ""),
                arguments("streams:\n- match: a\n", 0, ""),
                arguments("{\"streams\": [{\"match\": \"a\", \"targets\": [\"es\"]}]}", 0, ""),
                arguments(entry("targets: [no, es, pt-BR, x-klingon, 'fr: anna b']"), 0, ""),
                arguments(entry("targets: [{language: zh-Hant-TW, voice_profile: 'a:b'}]"), 0, ""),
                arguments(entry("bed: stem\n  bed_db: -40\n  loudness: off\n  cut: fixed\n  mode: enabled"), 0, ""),
                arguments(entry("bed_db: -14.5"), 3, "a whole number from -40 to 0"),
                arguments(entry("bed_db: 1e300"), 3, "a whole number from -40 to 0"),
                arguments("x: &all [es, fr]\nstreams: []", 1, "'x' is no field"),
                arguments("streams:\n- match: a\n  targets: &all [es, fr]\n- match: b\n  targets: *all\n", 0, ""),
                arguments("", 1, "empty"),
                arguments("[]", 1, "streams=''"),
                arguments("streams: {}", 1, "streams=''"),
                arguments("streams:\n- a\n", 2, "streams[0]=''"),
                arguments("streams:\n- match: a\n- mode: enabled\n", 3, "streams[1].match=''"),
                arguments("streams:\n- match: 7\n", 2, "streams[0].match='7'"),
                arguments("streams:\n- match: a/b\n", 2, "streams[0].match='a/b'"),
                arguments(entry("target: [es]"), 3, "'streams[0].target' is no field"),
                arguments(entry("targets: es"), 3, "streams[0].targets='es'"),
                arguments(entry("targets: []"), 3, "streams[0].targets=''"),
                arguments(entry("targets:\n  - es\n  - not_a_tag"), 5, "streams[0].targets[1]='not_a_tag'"),
                arguments(entry("targets: [es, 'original:anna']"), 3, "original without a voice"),
                arguments(entry("targets: [{language: Original, voice_profile: a}]"), 3, "original without a voice"),
                arguments(entry("targets: [{voice_profile: anna}]"), 3, "streams[0].targets[0].language=''"),
                arguments(
                        entry("targets: [{language: es, voice: anna}]"),
                        3,
                        "'streams[0].targets[0].voice' is no field"),
                arguments(entry("targets: [{language: es, voice_profile: 'a$b'}]"), 3, "without comma"),
                arguments(entry("targets: [es, true]"), 3, "streams[0].targets[1]='true'"),
                arguments(entry("targets: [es, es]"), 3, "each language once"),
                arguments(entry("mode: disabled"), 3, "enabled or passthrough"),
                arguments(entry("mode: 1"), 3, "streams[0].mode='1'"),
                arguments(entry("bed: Duck"), 3, "off, duck, constant or stem"),
                arguments(entry("bed_db: 1"), 3, "a whole number from -40 to 0"),
                arguments(entry("bed_db: '-3'"), 3, "a whole number from -40 to 0"),
                arguments(entry("bed_db: -3.5"), 3, "a whole number from -40 to 0"),
                arguments(entry("loudness: -23"), 3, "streams[0].loudness='-23'"),
                arguments(entry("cut: null"), 3, "streams[0].cut='null'"),
                arguments(entry("source_language: original"), 3, "a language tag"),
                arguments(entry("source_language: 'en_GB'"), 3, "streams[0].source_language='en_GB'"),
                arguments("streams: []\nmore: 1", 2, "'more' is no field"));
    }

    private static String entry(String settings) {
        return "streams:\n- match: a\n  " + settings + "\n";
    }

    @ParameterizedTest(name = "{index}: {0}")
    @MethodSource("files")
    void theParserAndTheSchemaAgree(String text, int line, String named) throws Exception {
        if (named.isEmpty()) {
            assertThat(StreamsFile.parse(text, RULES).entries()).isNotNull();
        } else {
            assertThatThrownBy(() -> StreamsFile.parse(text, RULES))
                    .hasMessageStartingWith(String.format(Locale.ROOT, "line %d: ", line))
                    .hasMessageContaining(named)
                    .hasMessageMatching("\\V*");
        }
        if (!text.isEmpty()) {
            assertThat(SCHEMA.validate(YamlTree.parse(text).root()).isEmpty())
                    .as("in order by the schema")
                    .isEqualTo(named.isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 'streams:\n- match: [a'",
        "2, 'streams:\n\t- match: a'",
        "2, 'streams: []\n--- \nstreams: []'",
        "3, 'streams:\n- match: a\n  match: b'",
        "1, '[[[[[[[[[[[[1]]]]]]]]]]]]'",
        "1, '&a [*a]'",
        "1, '? [a, b]\n: c'",
        "1, '\u0001'",
    })
    void whatIsNoYamlOrCannotBeMeantIsRefusedWithItsLine(int line, String text) {
        assertThatThrownBy(() -> StreamsFile.parse(text, RULES))
                .isInstanceOf(YamlTree.YamlFault.class)
                .hasMessageStartingWith("line " + line + ": ");
    }

    /** Nine levels of nine: a tree of some 400 million values in 200 bytes. */
    @Test
    void aliasesOfAliasesAreBounded() {
        StringBuilder bomb = new StringBuilder("a: &a [1,1,1,1,1,1,1,1,1]\n");
        for (char c = 'b'; c < 'h'; c++) {
            bomb.append(c).append(": &").append(c).append(" [");
            bomb.append(("*" + (char) (c - 1) + ",").repeat(9)).append("]\n");
        }

        assertThatThrownBy(() -> StreamsFile.parse(bomb.toString(), RULES)).hasMessageContaining("too many values");
    }

    @Test
    void whatThisWorkerCannotDoIsRefused() {
        assertThatThrownBy(() -> StreamsFile.parse(entry("mode: enabled"), new SettingRules(8, false, true)))
                .hasMessageContaining("WORKER_STS_SERVICE_URL is not set");
        assertThatThrownBy(() -> StreamsFile.parse(entry("targets: [es, fr, de]"), new SettingRules(2, true, false)))
                .hasMessageContaining("a list of 1 to 2 languages");
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, ab, false",
        "*, anything, true",
        "news-*, news-, true",
        "news-*, new, false",
        "*-live, a-live, true",
        "*-live, a-live-2, false",
        "a*b*c, aXbXbXc, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "A, a, false",
        "****************************************************************b, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
    })
    void aStarStandsForAnyCharacters(String match, String streamId, boolean matches) {
        assertThat(new StreamsFile.StreamsEntry(match, SettingsPatch.NOTHING).matches(new StreamId(streamId)))
                .isEqualTo(matches);
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithItsLine(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("streams.yaml"), entry("mode: loud"));

        assertThatThrownBy(() -> StreamsFile.read(file, RULES))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_STREAMS_FILE='" + file + "' is not valid: allowed is ")
                .hasMessageEndingWith("line 3: streams[0].mode='loud' is not valid: allowed is enabled or passthrough");
        assertThatThrownBy(() -> StreamsFile.read(folder.resolve("none"), RULES))
                .hasMessageEndingWith("it does not exist");
        assertThatThrownBy(() -> StreamsFile.read(folder, RULES)).hasMessageEndingWith("it cannot be read");
        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> StreamsFile.read(file, RULES)).hasMessageEndingWith("not UTF-8");
        Files.writeString(file, "#".repeat(300_000));
        assertThatThrownBy(() -> StreamsFile.read(file, RULES)).hasMessageEndingWith("larger than 256 KiB");
    }
}
