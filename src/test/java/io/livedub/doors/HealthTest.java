package io.livedub.doors;

import java.util.List;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

/** Health and metrics on their own port (contract: configuration, "Metrics"). */
@QuarkusTest
@TestProfile(ServeInProcess.Open.class)
class HealthTest extends DoorTest {
    @ParameterizedTest
    @CsvSource({"/health/live, timers", "/health/ready, capacity", "/health/started, up"})
    void eachProbeHasItsCheck(String path, String check) {
        managed(path).statusCode(200).body("status", equalTo("UP")).body("checks.name", equalTo(List.of(check)));
        managed("/health").statusCode(200).body("checks.name", hasItem(check));
    }

    @Test
    void readyMeansThatAnotherStreamCouldBeTaken() {
        for (int n = 0; n < ServeInProcess.ROOM; n++) {
            managed("/health/ready").statusCode(200).body("checks[0].data.streams", equalTo(n));
            ready("s" + n);
        }
        managed("/health/ready")
                .statusCode(503)
                .body("status", equalTo("DOWN"))
                .body("checks[0].data.limit", equalTo(ServeInProcess.ROOM));
        managed("/health/live").statusCode(200);
        managed("/health/started").statusCode(200);
    }

    @Test
    void metricsArePrometheusText() {
        managed("/metrics")
                .statusCode(200)
                .contentType(containsString("text/plain"))
                .body(containsString("worker_stream_failures_total{exit_code=\"3\""))
                .body(containsString("worker_streams_refused_total"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/health/started", "/metrics"})
    void theDoorOfTheHooksHasNeither(String path) {
        given().when().get(path).then().statusCode(404);
    }
}
