package io.livedub.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import jakarta.ws.rs.WebApplicationException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.sound.Bed;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class SettingsBodyTest {
    private static final SettingRules RULES = new SettingRules(8, true, false);
    private static final String ALL =
            """
            {"source_language": "de", "targets": [{"language": "es"}, {"language": "fr", "voice_profile": "anna"}, "original"],
             "mode": "enabled", "cut": "pause", "bed": "duck", "bed_db": -20, "loudness": "match", "backup": "on"}""";

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everySettingIsRead() {
        assertThat(SettingsBody.ofStream(bytes(ALL), RULES))
                .isEqualTo(new SettingsPatch(Map.of(
                        Setting.SOURCE_LANGUAGE,
                        "de",
                        Setting.TARGETS,
                        List.of(Target.of("es"), new Target("fr", Optional.of("anna")), Target.of(Target.ORIGINAL)),
                        Setting.MODE,
                        false,
                        Setting.CUT,
                        true,
                        Setting.BED,
                        Bed.DUCK,
                        Setting.BED_DB,
                        -20,
                        Setting.LOUDNESS,
                        true,
                        Setting.BACKUP,
                        true)));
        assertThat(SettingsBody.withId(bytes("{\"stream_id\": \"a\", \"mode\": \"passthrough\"}"), RULES)
                        .streamId())
                .isEqualTo(new StreamId("a"));
    }

    @Test
    void noBodySaysNothing() {
        assertThat(SettingsBody.ofStream(null, RULES)).isEqualTo(SettingsPatch.NOTHING);
        assertThat(SettingsBody.ofStream(new byte[0], RULES)).isEqualTo(SettingsPatch.NOTHING);
        assertThat(SettingsBody.ofStream(bytes("{}"), RULES)).isEqualTo(SettingsPatch.NOTHING);
    }

    @Test
    void aFieldThatIsNullIsAsGoodAsOneThatIsLeftOut() {
        String nothing = Stream.of(Setting.values())
                .map(setting -> "\"" + setting.field() + "\": null")
                .collect(joining(", ", "{", "}"));

        assertThat(SettingsBody.ofStream(bytes(nothing), RULES)).isEqualTo(SettingsPatch.NOTHING);
        assertThat(SettingsBody.ofStream(
                                bytes(
                                        "{\"bed_db\": null, \"targets\": [{\"language\": \"es\", \"voice_profile\": null}]}"),
                                RULES)
                        .targets())
                .contains(List.of(Target.of("es")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {                              | not JSON: line 1",
                "400 | {\"mode\":\"enabled\",\"mode\":\"passthrough\"} | not JSON: line 1",
                "422 | []                             | the body must be an object, is an array",
                "422 | {\"target\": [\"es\"]}         | 'target' is no field that is known here: allowed are source_language,",
                "422 | {\"stream_id\": \"b\"}         | 'stream_id' is no field",
                "422 | {\"targets\": \"es\"}          | targets='es' is not valid",
                "422 | {\"targets\": []}              | targets='' is not valid: allowed is a list of 1 to 8 languages",
                "422 | {\"targets\": [{}]}            | targets[0].language='' is not valid",
                "422 | {\"targets\": [{\"language\": \"es\", \"voice\": \"x\"}]} | 'targets[0].voice' is no field",
                "422 | {\"targets\": [{\"language\": \"es\"}, {\"language\": \"ES\"}]} | each language once",
                "422 | {\"mode\": 1}                  | mode='1' is not valid: allowed is enabled or passthrough",
                "422 | {\"backup\": true}             | backup='true' is not valid: allowed is on or off",
                "422 | {\"bed\": {}}                  | bed='{…}' is not valid: allowed is off, duck, constant or stem",
                "422 | {\"source_language\": true}    | source_language='true' is not valid: allowed is a text",
                "422 | {\"targets\": [{\"language\": null}]} | targets[0].language='null' is not valid",
                "422 | {\"targets\": [null]}          | targets[0]='null' is not valid",
                "422 | {\"modes\": null}              | 'modes' is no field",
                "422 | {\"mode\": \"loud\"}           | mode='loud' is not valid: allowed is enabled or passthrough",
                "422 | {\"bed_db\": \"-3\"}           | bed_db='-3' is not valid: allowed is a whole number from -40 to 0",
                "422 | {\"bed_db\": -1e3}             | bed_db='-1000' is not valid",
                "422 | {\"bed_db\": 99999999999999999999999} | bed_db='99999999999999999999999' is not valid",
            })
    void whatIsWrongIsSaid(int status, String body, String said) {
        WebApplicationException refused =
                catchThrowableOfType(WebApplicationException.class, () -> SettingsBody.ofStream(bytes(body), RULES));

        assertThat(refused.getResponse().getStatus()).isEqualTo(status);
        assertThat(((ApiMessage) refused.getResponse().getEntity()).message()).contains(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{\"stream_id\": 7}", "{\"stream_id\": \"a/b\"}"})
    void aNewStreamHasAnId(String body) {
        WebApplicationException refused =
                catchThrowableOfType(WebApplicationException.class, () -> SettingsBody.withId(bytes(body), RULES));

        assertThat(refused.getResponse().getStatus()).isEqualTo(422);
        assertThat(((ApiMessage) refused.getResponse().getEntity()).message()).contains("stream", "id");
    }

    @Test
    void noBodyIsWorseThanAnAnswer() {
        Random random = new Random(13);
        for (int i = 0; i < 5_000; i++) {
            byte[] body = bytes(ALL);
            for (int mutations = 1 + random.nextInt(4); mutations > 0; mutations--) {
                body[random.nextInt(body.length)] =
                        "{}[]\",:0-nt\u0000\u00ff".getBytes(StandardCharsets.ISO_8859_1)[random.nextInt(13)];
            }
            byte[] mutated = body;
            WebApplicationException refused =
                    catchThrowableOfType(WebApplicationException.class, () -> SettingsBody.ofStream(mutated, RULES));

            if (refused != null) {
                assertThat(refused.getResponse().getStatus()).isIn(400, 422);
                assertThat(((ApiMessage) refused.getResponse().getEntity()).message())
                        .matches("\\P{Cntrl}{1,600}");
            }
        }
    }
}
