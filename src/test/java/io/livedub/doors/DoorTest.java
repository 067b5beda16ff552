package io.livedub.doors;

import java.net.URI;
import java.time.Duration;

import jakarta.inject.Inject;

import io.quarkus.test.common.http.TestHTTPResource;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

import io.livedub.stream.supervision.FakeLauncher;
import io.livedub.stream.supervision.StreamRegistry;

import static io.restassured.RestAssured.given;

/** What the tests of the doors share. Each test begins without streams. */
@Tag("serve-in-process")
abstract class DoorTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Inject
    ServeInProcess.Launcher launcher;

    @Inject
    StreamRegistry registry;

    @ConfigProperty(name = "quarkus.http.port")
    int port;

    /** Where metrics and health are. */
    @TestHTTPResource(value = "/", management = true)
    URI management;

    @BeforeEach
    void aim() {
        RestAssured.baseURI = "http://localhost";
        RestAssured.port = port;
    }

    @AfterEach
    void endStreams() {
        Awaitility.await("no stream is left").atMost(SOON).until(() -> {
            launcher.runs().forEach(FakeLauncher.Run::ends);
            return registry.all().isEmpty();
        });
        launcher.forget();
    }

    static RequestSpecification json(String body) {
        return given().contentType(ContentType.JSON).body(body);
    }

    static ValidatableResponse hook(String event, String body) {
        return json(body).when().post("/v1/mediamtx/events/{event}", event).then();
    }

    static ValidatableResponse ready(String id) {
        return hook("ready", body("live/" + id + "/in", ""));
    }

    /** As MediaMTX's hook command sends it. */
    static String body(String path, String query) {
        return String.format(
                "{\"path\":\"%s\",\"sourceType\":\"rtmpConn\",\"sourceId\":\"1\",\"query\":\"%s\"}", path, query);
    }

    ValidatableResponse managed(String path) {
        return given().when().get(management.resolve(path)).then();
    }
}
