package io.livedub.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.id.StreamId;
import io.livedub.sound.Bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Precedence and validation of settings: sources × settings × values. */
class SettingSourcesTest {
    private static final SettingRules RULES = new SettingRules(8, true, false);

    /** Where a value comes from, in the order in which they win. */
    enum Source {
        API,
        QUERY,
        FILE,
        ENVIRONMENT
    }

    /** A setting with a value for each source, all of them different where the setting has so many. */
    private static final Map<Setting, List<String>> VALUES = Map.of(
            Setting.SOURCE_LANGUAGE, List.of("de", "fr", "it", "pt-BR"),
            Setting.TARGETS, List.of("es,fr:anna", "original", "it", "nl,sv"),
            Setting.MODE, List.of("passthrough", "enabled", "passthrough", "enabled"),
            Setting.CUT, List.of("pause", "fixed", "pause", "fixed"),
            Setting.BED, List.of("duck", "off", "constant", "stem"),
            Setting.BED_DB, List.of("-1", "-2", "-3", "-4"),
            Setting.LOUDNESS, List.of("match", "off", "match", "off"),
            Setting.BACKUP, List.of("on", "off", "on", "off"));

    private static final Map<Setting, String> VARIABLES = Map.of(
            Setting.SOURCE_LANGUAGE, "WORKER_SOURCE_LANGUAGE",
            Setting.TARGETS, "WORKER_TARGET_LANGUAGE",
            Setting.MODE, "WORKER_STS_MODE",
            Setting.CUT, "WORKER_SEGMENT_CUT",
            Setting.BED, "WORKER_DUB_BED",
            Setting.BED_DB, "WORKER_DUB_BED_DB",
            Setting.LOUDNESS, "WORKER_DUB_LOUDNESS",
            Setting.BACKUP, "WORKER_BACKUP");

    /** Every setting × every set of sources that say something of it. */
    static Stream<Arguments> precedence() {
        List<Arguments> rows = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            for (int said = 1; said < 16; said++) {
                List<Source> sources = new ArrayList<>();
                for (Source source : Source.values()) {
                    if ((said & 1 << source.ordinal()) != 0) {
                        sources.add(source);
                    }
                }
                rows.add(arguments(setting, sources));
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("precedence")
    void theFirstSourceThatSaysSomethingWins(Setting setting, List<Source> sources) throws Exception {
        SettingsPatch[] said = new SettingsPatch[4];
        for (Source source : Source.values()) {
            said[source.ordinal()] =
                    sources.contains(source) ? say(source, setting, value(setting, source)) : SettingsPatch.NOTHING;
        }
        StreamSettings environment = sources.contains(Source.ENVIRONMENT)
                ? Environment.read(VARIABLES.get(setting), value(setting, Source.ENVIRONMENT))
                        .streamSettings()
                : Environment.read().streamSettings();

        StreamSettings settings = new SettingSources(said[0], said[1], said[2]).over(environment);

        assertThat(text(setting, settings)).isEqualTo(value(setting, sources.get(0)));
        for (Setting other : Setting.values()) {
            if (other != setting) {
                assertThat(text(other, settings)).as("left alone").isEqualTo(text(other, environment));
            }
        }
    }

    private static String value(Setting setting, Source source) {
        return VALUES.get(setting).get(source.ordinal());
    }

    private static SettingsPatch say(Source source, Setting setting, String value) throws Exception {
        return switch (source) {
            case API -> json(setting, value);
            case QUERY ->
                new SettingsPatch.Builder(RULES)
                        .say(setting, setting.field(), value)
                        .build();
            case FILE -> yaml(setting, value);
            case ENVIRONMENT -> SettingsPatch.NOTHING;
        };
    }

    private static SettingsPatch json(Setting setting, String value) throws JsonProcessingException {
        String json = setting == Setting.BED_DB
                ? value
                : setting == Setting.TARGETS ? "[\"" + value.replace(",", "\",\"") + "\"]" : "\"" + value + "\"";
        return SettingsTree.ofBody(RULES, Set.of())
                .read(new ObjectMapper().readTree("{\"" + setting.field() + "\":" + json + "}"), "");
    }

    private static SettingsPatch yaml(Setting setting, String value) throws YamlTree.YamlFault {
        String text = setting == Setting.TARGETS
                ? "[" + value.replaceAll("(\\w+):([^,]+)", "{language: $1, voice_profile: '$2'}") + "]"
                : value;
        return StreamsFile.parse("streams:\n- match: a*\n  " + setting.field() + ": " + text + "\n", RULES)
                .of(new StreamId("abc"));
    }

    private static String text(Setting setting, StreamSettings settings) {
        DubConfig dub = settings.dub();
        return switch (setting) {
            case SOURCE_LANGUAGE -> settings.sourceLanguage();
            case TARGETS -> SettingValues.text(settings.targets());
            case MODE -> settings.passthrough() ? "passthrough" : "enabled";
            case CUT -> dub.cutAtPauses() ? "pause" : "fixed";
            case BED -> dub.sound().bed().name().toLowerCase(Locale.ROOT);
            case BED_DB -> Integer.toString(dub.sound().bedDb());
            case LOUDNESS -> dub.sound().matchLoudness() ? "match" : "off";
            case BACKUP -> settings.backup() ? "on" : "off";
        };
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments(Setting.SOURCE_LANGUAGE, "e", "a language tag such as en or pt-BR"),
                arguments(Setting.SOURCE_LANGUAGE, "original", "a language tag such as en or pt-BR"),
                arguments(Setting.TARGETS, "e", "a language tag such as en or pt-BR"),
                arguments(Setting.TARGETS, "x-" + "a-".repeat(17) + "a", "a language tag such as en or pt-BR"),
                arguments(Setting.TARGETS, "es,ES", "a list that names each language once"),
                arguments(Setting.TARGETS, "aa,ab,ac,ad,ae,af,ag,ah,ai", "a list of 1 to 8 languages"),
                arguments(Setting.TARGETS, "original:anna", "original without a voice"),
                arguments(Setting.TARGETS, "fr:a$b", "a voice of 1 to 64 printable characters"),
                arguments(Setting.MODE, "on", "enabled"),
                arguments(Setting.CUT, "silence", "fixed or pause"),
                arguments(Setting.BED, "loud", "off, duck, constant or stem"),
                arguments(Setting.BACKUP, "yes", "on or off"),
                arguments(Setting.BED_DB, "1", "a whole number from -40 to 0"),
                arguments(Setting.BED_DB, "-41", "a whole number from -40 to 0"),
                arguments(Setting.LOUDNESS, "-23", "off or match"));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("wrong")
    void aWrongValueIsWrongInEverySource(Setting setting, String value, String allowed) {
        assertThatThrownBy(() -> Environment.read(VARIABLES.get(setting), value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(VARIABLES.get(setting) + "='")
                .hasMessageContaining(allowed);
        for (Source source : List.of(Source.API, Source.QUERY, Source.FILE)) {
            assertThatThrownBy(() -> say(source, setting, value))
                    .as(source.name())
                    .hasMessageContaining(setting.field())
                    .hasMessageContaining(allowed);
        }
    }

    @Test
    void aLaterWordOfTheApiIsAddedAndALaterQueryReplacesTheFormer() throws Exception {
        SettingSources first = SettingSources.NONE
                .withApi(json(Setting.BED, "duck"))
                .withQuery(say(Source.QUERY, Setting.SOURCE_LANGUAGE, "de"));

        SettingSources later =
                first.withApi(json(Setting.BED_DB, "-7")).withQuery(say(Source.QUERY, Setting.CUT, "pause"));

        assertThat(later.api().said()).isEqualTo(Map.of(Setting.BED, Bed.DUCK, Setting.BED_DB, -7));
        assertThat(later.query().said()).isEqualTo(Map.of(Setting.CUT, true));
    }

    @Test
    void nobodyCanAskForADubWithoutAService() {
        SettingRules rules = Environment.read("WORKER_STS_MODE", "passthrough").settingRules();

        assertThatThrownBy(() -> new SettingsPatch.Builder(rules).say(Setting.MODE, "mode", "enabled"))
                .hasMessageContaining("WORKER_STS_SERVICE_URL is not set");
        assertThat(new SettingsPatch.Builder(rules)
                        .say(Setting.MODE, "mode", "passthrough")
                        .build()
                        .said())
                .isEqualTo(Map.of(Setting.MODE, true));

        SettingRules originalOnly =
                Environment.read("WORKER_TARGET_LANGUAGE", "original").settingRules();
        assertThatThrownBy(() -> new SettingsPatch.Builder(originalOnly).say(Setting.TARGETS, "targets", "original,es"))
                .hasMessage(
                        "targets='original,es' is not valid: allowed is original: WORKER_STS_SERVICE_URL is not set, so"
                                + " nothing can be dubbed");
    }
}
