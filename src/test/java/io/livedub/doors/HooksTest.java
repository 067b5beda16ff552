package io.livedub.doors;

import java.util.List;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

/** Every row of the table of hooks (contract: mediamtx, "Hook → worker"); 401 and 503 are with the other doors of those workers. */
@QuarkusTest
@TestProfile(ServeInProcess.Open.class)
class HooksTest extends DoorTest {
    @Test
    void aReadySourceStartsOneWorkerHoweverOftenItIsSaid() {
        String first = ready("x")
                .statusCode(200)
                .body("status", equalTo("worker_started"))
                .body("stream_id", equalTo("x"))
                .body("message", not(emptyOrNullString()))
                .body("correlation_id", not(emptyOrNullString()))
                .extract()
                .asString();
        assertThat(ready("x").statusCode(200).extract().asString()).isEqualTo(first);
        assertThat(launcher.runs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "ready, out, out",
        "not-ready, out, out",
        "ready, out-pt-br, out",
        "not-ready, out-original, out",
        "ready, in-backup, in-backup",
        "not-ready, in-backup, in-backup"
    })
    void whatNeedsNoWorkerOfItsOwnIsSkipped(String event, String end, String direction) {
        hook(event, body("live/x/" + end, ""))
                .statusCode(200)
                .body("status", equalTo("skipped"))
                .body("stream_id", equalTo("x"))
                .body("direction", equalTo(direction))
                .body("message", not(emptyOrNullString()));
        assertThat(registry.all()).isEmpty();
    }

    @Test
    void aStreamWhosePublisherIsGoneDrains() {
        String correlationId = ready("x").extract().path("correlation_id");
        hook("not-ready", body("live/x/in", ""))
                .statusCode(200)
                .body("status", equalTo("worker_stopped"))
                .body("stream_id", equalTo("x"))
                .body("correlation_id", equalTo(correlationId));
        assertThat(launcher.last().told).contains("gone");
    }

    @Test
    void anUnknownStreamWhosePublisherIsGoneIsAnsweredAsWell() {
        hook("not-ready", body("live/nobody/in", ""))
                .statusCode(200)
                .body("status", equalTo("worker_stopped"))
                .body("stream_id", equalTo("nobody"))
                .body("correlation_id", not(emptyOrNullString()));
        assertThat(launcher.runs()).isEmpty();
    }

    @Test
    void aPublisherThatComesBackGoesOnWithTheSameWorker() {
        ready("x");
        hook("not-ready", body("live/x/in", ""));
        ready("x").statusCode(200).body("status", equalTo("worker_started"));
        assertThat(launcher.runs()).hasSize(1);
        assertThat(launcher.last().told).containsSubsequence("gone", "there");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"path\":\"live/x\",\"sourceType\":\"t\",\"sourceId\":\"1\"}              | path",
                "{\"path\":\"other/x/in\",\"sourceType\":\"t\",\"sourceId\":\"1\"}          | path",
                "{\"path\":\"live/a b/in\",\"sourceType\":\"t\",\"sourceId\":\"1\"}         | path",
                "{\"path\":\"live/../x/in\",\"sourceType\":\"t\",\"sourceId\":\"1\"}        | path",
                "{\"path\":\"live/x/input\",\"sourceType\":\"t\",\"sourceId\":\"1\"}        | path",
                "{\"sourceType\":\"t\",\"sourceId\":\"1\"}                                  | path",
                "{\"path\":\"live/x/in\"}                                                   | sourceType,sourceId",
                "{\"path\":\"live/x/in\",\"sourceType\":3,\"sourceId\":null}                | sourceType,sourceId",
                "{\"path\":\"live/x/in\",\"sourceType\":\"t\",\"sourceId\":\"1\",\"query\":{}} | query",
                "[]                                                                         | body",
                "\"live/x/in\"                                                              | body"
            })
    void whatIsNoEventIsToldWhatIsWrongAndWhere(String body, String fields) {
        for (String event : List.of("ready", "not-ready")) {
            hook(event, body)
                    .statusCode(422)
                    .body("status", equalTo("invalid"))
                    .body("errors.field", equalTo(List.of(fields.split(","))))
                    .body("errors[0].message", not(emptyOrNullString()));
        }
        assertThat(launcher.runs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "live/x/in", "{\"path\":\"live/x/in\"", "{}{}"})
    void whatIsNoJsonIsMalformed(String body) {
        for (String event : List.of("ready", "not-ready")) {
            hook(event, body).statusCode(400).body("status", equalTo("malformed"));
        }
    }

    @Test
    void aBodyOfMoreThan64KiBIsTooLarge() {
        String big = "{\"path\":\"live/x/in\",\"x\":\"" + "x".repeat(64 << 10) + "\"}";
        for (String event : List.of("ready", "not-ready")) {
            hook(event, big).statusCode(413);
        }
        assertThat(launcher.runs()).isEmpty();
    }

    @Test
    void aFullWorkerSaysWhenToAskAgain() {
        // given
        for (int n = 0; n < ServeInProcess.ROOM; n++) {
            ready("s" + n).statusCode(200);
        }
        // when
        ready("more").statusCode(429).header("Retry-After", equalTo("10")).body("status", equalTo("capacity_reached"));
        // then
        ready("s0").statusCode(200);
        assertThat(launcher.runs()).hasSize(ServeInProcess.ROOM);
    }
}
