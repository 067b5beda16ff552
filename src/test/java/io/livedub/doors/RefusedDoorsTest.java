package io.livedub.doors;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

/** With a secret: hooks and API ask for it, metrics and health do not. */
@QuarkusTest
@TestProfile(ServeInProcess.Closed.class)
class RefusedDoorsTest extends DoorTest {
    @ParameterizedTest
    @CsvSource({
        "POST, /v1/mediamtx/events/ready",
        "POST, /v1/mediamtx/events/not-ready",
        "GET, /v1/streams",
        "POST, /v1/streams",
        "GET, /v1/streams/x",
        "PUT, /v1/streams/x",
        "POST, /v1/streams/x",
        "PATCH, /v1/streams/x",
        "DELETE, /v1/streams/x",
        "PUT, /v1/streams/x/languages/fr",
        "DELETE, /v1/streams/x/languages/fr",
        "PUT, /v1/streams/x/dub",
        "GET, /v1/streams/x/captions.vtt",
        "GET, /v1/streams/x/captions/es.vtt",
        "GET, /v1/streams/x/master.m3u8",
        "GET, /v1/streams/events"
    })
    void withoutTheSecretNothingIsDone(String method, String path) {
        for (String shown :
                new String[] {null, "Bearer wrong", "Bearer " + ServeInProcess.SECRET + "x", "Basic s3cret"}) {
            var request = given().contentType(ContentType.JSON);
            if (shown != null) {
                request.header("Authorization", shown);
            }
            if (!method.equals("GET")) {
                request.body(body("live/x/in", ""));
            }
            request.when().request(method, path).then().statusCode(401).body("status", equalTo("unauthorized"));
        }
        assertThat(launcher.runs()).isEmpty();
    }

    @Test
    void withTheSecretAHookIsHeard() {
        json(body("live/x/in", ""))
                .header("Authorization", "Bearer " + ServeInProcess.SECRET)
                .when()
                .post("/v1/mediamtx/events/ready")
                .then()
                .statusCode(200)
                .body("status", equalTo("worker_started"));
        assertThat(launcher.runs()).hasSize(1);
    }

    @Test
    void metricsAndHealthAreAtADoorOfTheirOwn() {
        managed("/health").statusCode(200);
        managed("/metrics").statusCode(200);
    }
}
