package io.livedub.doors;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.config.Setting;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/** The API describes itself: each door of the contracts with its answers. */
@QuarkusTest
@TestProfile(ServeInProcess.Open.class)
class DescriptionTest extends DoorTest {
    private static JsonPath description() {
        return given().queryParam("format", "json")
                .when()
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @ParameterizedTest
    @CsvSource({
        "post, /v1/mediamtx/events/ready, 200 400 422 429 503",
        "post, /v1/mediamtx/events/not-ready, 200 400 422 503",
        "get, /v1/streams, 200",
        "post, /v1/streams, 201 200 400 422 429 503",
        "get, /v1/streams/{id}, 200 404 422",
        "put, /v1/streams/{id}, 201 200 400 422 429 503",
        "post, /v1/streams/{id}, 201 200 400 422 429 503",
        "patch, /v1/streams/{id}, 200 400 404 422",
        "delete, /v1/streams/{id}, 202 404 422",
        "put, /v1/streams/{id}/languages/{language}, 200 400 404 422",
        "delete, /v1/streams/{id}/languages/{language}, 202 404 409 422",
        "put, /v1/streams/{id}/dub, 200 400 404 409 422",
        "get, /v1/streams/{id}/captions.vtt, 200 404 422 503",
        "get, /v1/streams/{id}/captions/{language}.vtt, 200 404 422 503",
        "get, /v1/streams/{id}/master.m3u8, 200 404 409 422 503",
        "get, /v1/streams/events, 200 503"
    })
    void eachDoorIsDescribedWithItsAnswers(String method, String path, String statuses) {
        Map<String, Object> answers = description().getMap("paths.'" + path + "'." + method + ".responses");
        assertThat(answers).as("%s %s", method, path).isNotNull();
        assertThat(answers.keySet()).containsAll(List.of(statuses.split(" ")));
    }

    /** What is described and not in the tests of the doors would be a door that nobody looks after. */
    @Test
    void noOtherDoorIsDescribed() {
        Map<String, Object> paths = description().getMap("paths");
        Set<String> found = new TreeSet<>(paths.keySet());
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "/v1/mediamtx/events/ready",
                        "/v1/mediamtx/events/not-ready",
                        "/v1/streams",
                        "/v1/streams/{id}",
                        "/v1/streams/{id}/languages/{language}",
                        "/v1/streams/{id}/dub",
                        "/v1/streams/{id}/captions.vtt",
                        "/v1/streams/{id}/captions/{language}.vtt",
                        "/v1/streams/{id}/master.m3u8",
                        "/v1/streams/{id}/hls/{rendition}/{file}",
                        "/v1/streams/events");
    }

    @Test
    void theSecretIsABearerToken() {
        Map<String, Map<String, String>> schemes = description().getMap("components.securitySchemes");
        assertThat(schemes.values()).anySatisfy(scheme -> assertThat(scheme).containsEntry("scheme", "bearer"));
    }

    @Test
    void anIdIsDescribedAsItIsChecked() {
        List<String> patterns = description()
                .getList("paths.'/v1/streams/{id}'.get.parameters.findAll { it.name == 'id' }.schema.pattern");
        assertThat(patterns).containsExactly("^[A-Za-z0-9_-]{1,64}$");
    }

    /** Generated requests are held against the description: what is taken has to be described. */
    @Test
    void aSettingMayBeNull() {
        Map<String, Map<String, Object>> settings =
                description().getMap("components.schemas.StreamSettings.properties");
        assertThat(settings).hasSize(Setting.values().length);
        settings.forEach((name, schema) -> {
            assertThat(schema.get("type"))
                    .as("%s: %s", name, schema)
                    .asInstanceOf(LIST)
                    .contains("null");
            if (schema.containsKey("enum")) {
                assertThat(schema.get("enum"))
                        .as("%s: %s", name, schema)
                        .asInstanceOf(LIST)
                        .containsNull();
            }
        });
    }

    @Test
    void itsPageLoadsNothingFromElsewhere() {
        String page = given().when()
                .get("/q/swagger-ui/")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(page).doesNotContain("https://", "http://");
    }
}
