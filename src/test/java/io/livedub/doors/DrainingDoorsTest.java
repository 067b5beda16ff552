package io.livedub.doors;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

/** A worker that shuts down takes nothing, and says so. */
@QuarkusTest
@TestProfile(ServeInProcess.Draining.class)
class DrainingDoorsTest extends DoorTest {
    @BeforeEach
    void drain() {
        registry.drain(stream -> stream.stop("by test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "not-ready"})
    void aHookIsRefused(String event) {
        hook(event, body("live/x/in", "")).statusCode(503).body("status", equalTo("shutting_down"));
        assertThat(launcher.runs()).isEmpty();
    }

    @Test
    void aWishIsRefused() {
        json("{}").when().put("/v1/streams/x").then().statusCode(503).body("status", equalTo("shutting_down"));
        json("{\"stream_id\":\"x\"}")
                .when()
                .post("/v1/streams")
                .then()
                .statusCode(503)
                .body("status", equalTo("shutting_down"));
        assertThat(launcher.runs()).isEmpty();
    }

    @Test
    void itIsAliveAndNotReady() {
        managed("/health/live").statusCode(200);
        managed("/health/ready")
                .statusCode(503)
                .body("checks.find { it.name == 'capacity' }.data.draining", equalTo(true));
    }
}
