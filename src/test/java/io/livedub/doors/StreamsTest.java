package io.livedub.doors;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.sound.Bed;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** The API of streams, their settings and languages (contract: languages). */
@QuarkusTest
@TestProfile(ServeInProcess.Open.class)
class StreamsTest extends DoorTest {
    private static final String LONGEST_AND_ONE = "x".repeat(65);

    private StreamSettings settings() {
        return launcher.last().settings;
    }

    private List<String> languages() {
        return settings().targets().stream().map(Target::key).toList();
    }

    private void started(String id, String settings) {
        json(settings).when().put("/v1/streams/{id}", id).then().statusCode(201);
    }

    @ParameterizedTest
    @CsvSource({"PUT", "POST"})
    void aStreamIsStartedShownAndStopped(String method) {
        json("{}")
                .when()
                .request(method, "/v1/streams/x")
                .then()
                .statusCode(201)
                .body("status", equalTo("worker_started"))
                .body("stream_id", equalTo("x"))
                .body("correlation_id", not(emptyOrNullString()));
        json("{}").when().request(method, "/v1/streams/x").then().statusCode(200);
        given().when()
                .get("/v1/streams/x")
                .then()
                .statusCode(200)
                .body("stream_id", equalTo("x"))
                .body("state", equalTo("connecting"));
        given().when().get("/v1/streams").then().statusCode(200).body("streams.stream_id", contains("x"));
        given().when().delete("/v1/streams/x").then().statusCode(202).body("status", equalTo("worker_stopped"));
        assertThat(launcher.runs()).hasSize(1);
        assertThat(launcher.last().told).contains("stop");
    }

    @Test
    void aStreamIsStartedByItsBodyToo() {
        json("{\"stream_id\":\"x\",\"targets\":[\"fr\"]}")
                .when()
                .post("/v1/streams")
                .then()
                .statusCode(201)
                .body("stream_id", equalTo("x"));
        assertThat(languages()).containsExactly("fr");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/streams/x",
        "PATCH, /v1/streams/x",
        "DELETE, /v1/streams/x",
        "PUT, /v1/streams/x/languages/fr",
        "DELETE, /v1/streams/x/languages/fr",
        "PUT, /v1/streams/x/dub",
        "GET, /v1/streams/x/captions.vtt",
        "GET, /v1/streams/x/captions/es.vtt",
        "GET, /v1/streams/x/master.m3u8"
    })
    void anUnknownStreamAndAnIdThatIsNone(String method, String path) {
        String body = path.endsWith("dub") ? "{\"on\":false}" : "{}";
        json(body).when().request(method, path).then().statusCode(404);
        for (String id : List.of(LONGEST_AND_ONE, "a.b", "ü")) {
            json(body)
                    .when()
                    .request(method, path.replace("/x", "/{id}"), id)
                    .then()
                    .statusCode(422);
        }
    }

    static Stream<Arguments> settingsOfAStream() {
        return Stream.of(
                row("source_language", "\"de\"", StreamSettings::sourceLanguage, "de"),
                row(
                        "targets",
                        "[\"fr\",{\"language\":\"it\",\"voice_profile\":\"anna\"},\"original\"]",
                        of -> of.targets().stream()
                                .map(each -> each.key()
                                        + each.voiceProfile()
                                                .map(voice -> ":" + voice)
                                                .orElse(""))
                                .toList(),
                        List.of("fr", "it:anna", "original")),
                row("mode", "\"passthrough\"", StreamSettings::passthrough, true),
                row("mode", "\"enabled\"", StreamSettings::passthrough, false),
                row("cut", "\"pause\"", of -> of.dub().cutAtPauses(), true),
                row("bed", "\"duck\"", of -> of.dub().sound().bed(), Bed.DUCK),
                row("bed_db", "-20", of -> of.dub().sound().bedDb(), -20),
                row("loudness", "\"match\"", of -> of.dub().sound().matchLoudness(), true),
                row("backup", "\"on\"", StreamSettings::backup, true));
    }

    private static Arguments row(String name, String value, Function<StreamSettings, Object> read, Object expected) {
        return arguments(name, value, read, expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("settingsOfAStream")
    void everySettingIsTakenFromEachBody(
            String name, String value, Function<StreamSettings, Object> read, Object expected) {
        String body = "{\"" + name + "\":" + value;
        json(body + "}").when().put("/v1/streams/put").then().statusCode(201);
        assertThat(read.apply(settings())).as("PUT").isEqualTo(expected);
        json(body + ",\"stream_id\":\"post\"}")
                .when()
                .post("/v1/streams")
                .then()
                .statusCode(201);
        assertThat(read.apply(settings())).as("POST").isEqualTo(expected);
        started("patch", "{}");
        json(body + "}")
                .when()
                .patch("/v1/streams/patch")
                .then()
                .statusCode(200)
                .body("status", equalTo("settings_changed"));
        assertThat(read.apply(settings())).as("PATCH").isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "source_language | \"no language!\"",
                "source_language | 1",
                "targets         | []",
                "targets         | \"es\"",
                "targets         | [\"es\",\"es\"]",
                "targets         | [\"de\",\"en\",\"es\",\"fr\",\"it\",\"nl\",\"pl\",\"pt\",\"sv\"]",
                "targets         | [{\"language\":\"es\",\"voice\":\"anna\"}]",
                "mode            | \"off\"",
                "cut             | \"word\"",
                "bed             | \"loud\"",
                "bed_db          | -41",
                "bed_db          | 1",
                "bed_db          | \"-20\"",
                "loudness        | \"on\"",
                "backup          | true",
                "subtitles       | \"on\""
            })
    void aWrongSettingIsNamedAndNothingIsStarted(String name, String value) {
        String body = "{\"" + name + "\":" + value;
        json(body + "}").when().put("/v1/streams/x").then().statusCode(422).body("message", containsString(name));
        json(body + ",\"stream_id\":\"x\"}")
                .when()
                .post("/v1/streams")
                .then()
                .statusCode(422)
                .body("message", containsString(name));
        assertThat(launcher.runs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{ | 400", "[] | 422", "{} | 422", "{\"stream_id\":7} | 422", "{\"stream_id\":\"a b\"} | 422"})
    void aBodyThatNamesNoStream(String body, int status) {
        json(body).when().post("/v1/streams").then().statusCode(status);
        assertThat(launcher.runs()).isEmpty();
    }

    @Test
    void aFullWorkerTakesNoWish() {
        for (int n = 0; n < ServeInProcess.ROOM; n++) {
            started("s" + n, "{}");
        }
        json("{}")
                .when()
                .put("/v1/streams/more")
                .then()
                .statusCode(429)
                .header("Retry-After", not(emptyOrNullString()));
        json("{\"stream_id\":\"more\"}")
                .when()
                .post("/v1/streams")
                .then()
                .statusCode(429)
                .body("status", equalTo("capacity_reached"));
    }

    /** API before query before environment, each setting by itself. */
    @Test
    void theFirstSourceThatSaysSomethingWins() {
        assertThat(hook("ready", body("live/x/in", "pass=secret&source_language=de&targets=fr,it:anna"))
                        .statusCode(200))
                .isNotNull();
        assertThat(settings().sourceLanguage()).isEqualTo("de");
        assertThat(languages()).containsExactly("fr", "it");
        assertThat(settings().dub().cutAtPauses()).as("of the environment").isFalse();
        json("{\"targets\":[\"es\"]}").when().patch("/v1/streams/x").then().statusCode(200);
        assertThat(languages()).containsExactly("es");
        assertThat(settings().sourceLanguage()).as("still of the query").isEqualTo("de");
    }

    @Test
    void aWrongValueInAQueryIsLeftOutAndTheStreamStarts() {
        hook("ready", body("live/x/in", "targets=fr&bed=loud"))
                .statusCode(200)
                .body("status", equalTo("worker_started"));
        assertThat(languages()).containsExactly("fr");
        assertThat(settings().dub().sound().bed()).isEqualTo(Bed.OFF);
    }

    @Test
    void aPublisherThatComesBackWithAnotherQueryChangesItsStream() {
        hook("ready", body("live/x/in", "targets=fr"));
        hook("not-ready", body("live/x/in", "targets=fr"));
        hook("ready", body("live/x/in", "targets=fr,it"));
        assertThat(launcher.runs()).hasSize(1);
        assertThat(languages()).containsExactly("fr", "it");
    }

    @Test
    void languagesComeAndGoButForTheLast() {
        started("x", "{\"targets\":[\"es\"]}");
        json("{\"voice_profile\":null}")
                .when()
                .put("/v1/streams/x/languages/es")
                .then()
                .statusCode(200);
        json("{\"voice_profile\":\"anna\"}")
                .when()
                .put("/v1/streams/x/languages/FR")
                .then()
                .statusCode(200)
                .body("status", equalTo("language_added"));
        assertThat(languages()).containsExactly("es", "fr");
        assertThat(settings().targets().get(1).voiceProfile()).contains("anna");
        given().when().delete("/v1/streams/x/languages/es").then().statusCode(202);
        assertThat(languages()).containsExactly("fr");
        given().when().delete("/v1/streams/x/languages/es").then().statusCode(404);
        given().when()
                .delete("/v1/streams/x/languages/fr")
                .then()
                .statusCode(409)
                .body("status", equalTo("last_language"));
        assertThat(languages()).containsExactly("fr");
    }

    @Test
    void moreLanguagesThanAreAllowedAreRefused() {
        started("x", "{\"targets\":[\"de\",\"en\",\"es\",\"fr\",\"it\",\"nl\",\"pl\",\"pt\"]}");
        json("{}").when().put("/v1/streams/x/languages/sv").then().statusCode(422);
        json("{}").when().put("/v1/streams/x/languages/no language").then().statusCode(422);
        json("{\"voice\":\"anna\"}")
                .when()
                .put("/v1/streams/x/languages/de")
                .then()
                .statusCode(422);
        json("{").when().put("/v1/streams/x/languages/de").then().statusCode(400);
        assertThat(languages()).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                  | 400",
                "[]                                 | 422",
                "{}                                 | 422",
                "{\"on\":\"yes\"}                   | 422",
                "{\"on\":false,\"language\":1}      | 422",
                "{\"on\":false,\"for_s\":0}         | 422",
                "{\"on\":false,\"for_s\":86401}     | 422",
                "{\"on\":false,\"for_s\":30.5}      | 422",
                "{\"on\":false,\"for_s\":30.0}      | 409",
                "{\"on\":null}                      | 422",
                "{\"on\":false,\"for_s\":null,\"language\":null} | 409",
                "{\"on\":false,\"for\":30}          | 422",
                "{\"on\":false,\"language\":\"fr\"} | 404",
                "{\"on\":false}                     | 409"
            })
    void theSwitchOfDubsIsRefusedWhereItCannotBeDone(String body, int status) {
        started("x", "{}");
        json(body).when().put("/v1/streams/x/dub").then().statusCode(status);
    }

    @Test
    void captionsAreWebVttOfEachTargetAndOfTheSource() {
        started("x", "{\"source_language\":\"en\",\"targets\":[\"es\",\"fr\",\"original\"]}");
        for (String path : List.of("captions.vtt", "captions/es.vtt", "captions/FR.vtt", "captions/en.vtt")) {
            given().when()
                    .get("/v1/streams/x/" + path)
                    .then()
                    .statusCode(200)
                    .contentType(containsString("text/vtt"))
                    .body(equalTo("WEBVTT\n\n"));
        }
        given().when().get("/v1/streams/x/captions/it.vtt").then().statusCode(404);
        given().when().get("/v1/streams/x/captions/original.vtt").then().statusCode(404);
    }

    @Test
    void withoutTheMediaServersPlaylistsThereIsNoMaster() {
        started("x", "{}");
        given().when()
                .get("/v1/streams/x/master.m3u8")
                .then()
                .statusCode(409)
                .body("message", containsString("MEDIAMTX_HLS_URL"));
    }
}
