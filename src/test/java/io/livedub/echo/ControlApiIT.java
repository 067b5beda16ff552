package io.livedub.echo;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The second door. */
class ControlApiIT {
    private EchoServer server;

    @BeforeEach
    void start() throws Exception {
        server = new EchoServer(EchoOptions.defaults()).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, publisher)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void describesItself() throws Exception {
        assertThat(call("GET", "/", null).body()).contains("/v1/simulation", "/v1/state");
        assertThat(call("GET", "/health", null).body()).contains("UP");
    }

    @Test
    void showsWhatItSaw() throws Exception {
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(5);
            client.await("error");
            JsonNode state = Json.parse(call("GET", "/v1/state", null).body());
            assertThat(state.path("connections").intValue()).isEqualTo(1);
            assertThat(state.path("sessions").get(0).path("stream_id").textValue())
                    .isEqualTo(Samples.STREAM);
            assertThat(state.path("violations").get(0).path("code").textValue()).isEqualTo("INVALID_SEQUENCE");
            assertThat(state.path("fragments").get(0).path("outcome").textValue())
                    .isEqualTo("refused");
            assertThat(state.path("counts").path("violations").intValue()).isEqualTo(1);
        }
    }

    @Test
    void takesASimulationAndGivesItBack() throws Exception {
        String put =
                """
                {"delay_ms": 3000, "jitter_ms": 10, "drop": true, "backpressure": {"action": "slow_down", "recommended_delay_ms": 700},
                 "rules": [{"trigger": "fragment_id", "value": "a", "error_code": "ODD"}], "outcome": "partial_error", "audio": "wrong_label",
                 "no_complete": true, "max_inflight": 2, "audio_bytes": 5}""";
        JsonNode answer = Json.parse(call("PUT", "/v1/simulation", put).body());
        JsonNode shown = Json.parse(call("GET", "/v1/simulation", null).body());
        assertThat(answer).isEqualTo(shown);
        assertThat(shown.path("drop").intValue()).isEqualTo(1);
        assertThat(shown.path("rules").get(0).get("retryable").isNull()).isTrue();
        assertThat(shown.path("backpressure").path("recommended_delay_ms").intValue())
                .isEqualTo(700);
        assertThat(Simulation.none().with(shown)).isEqualTo(server.simulation());
        call("POST", "/v1/reset", null);
        assertThat(server.simulation()).isEqualTo(Simulation.none());
    }

    @Test
    void disconnects() throws Exception {
        try (EchoClient client = EchoClient.ready(server)) {
            assertThat(call("POST", "/v1/disconnect", "{\"stream_id\":\"test\"}")
                            .statusCode())
                    .isEqualTo(200);
            client.await("disconnect");
        }
    }

    @Test
    void saysWhatItIsToldTo() throws Exception {
        try (EchoClient client = EchoClient.ready(server)) {
            call("POST", "/v1/emit", "{\"stream_id\":\"another\",\"event\":\"odd\",\"payload\":{\"n\":1}}");
            call("POST", "/v1/emit", "{\"stream_id\":\"test\",\"event\":\"odd\",\"payload\":{\"n\":2}}");
            call("POST", "/v1/emit", "{\"event\":\"odd\"}");
            assertThat(client.await("odd", 2)).containsExactly(Json.object().put("n", 2), Json.object());
        }
    }

    @Test
    void breaksConnections() throws Exception {
        try (EchoClient client = EchoClient.ready(server)) {
            call("POST", "/v1/disconnect", "{\"reason\":\"cable\",\"abort\":true}");
            // With a goodbye it would be "io server disconnect", with a close frame "transport close".
            assertThat(client.await("disconnect").path("message").textValue()).isEqualTo("transport error");
            Awaitility.await().untilAsserted(() -> assertThat(server.sessions())
                    .extracting(trace -> trace.path("end").textValue())
                    .containsExactly("cable"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/nothing||404|nothing at",
                "POST|/v1/state||405|not with POST",
                "DELETE|/v1/simulation||405|not with DELETE",
                "PUT|/v1/simulation|{\"delay\":1}|400|unknown field delay",
                "PUT|/v1/simulation|{\"delay_ms\":-1}|400|delay_ms must be",
                "PUT|/v1/simulation|{\"outcome\":\"odd\"}|400|outcome must be one of success",
                "PUT|/v1/simulation|[]|400|the simulation must be an object",
                "PUT|/v1/simulation|{|400|not JSON",
                "POST|/v1/disconnect|{\"stream\":\"a\"}|400|unknown field stream",
                "POST|/v1/disconnect|{\"abort\":1}|400|abort must be true or false",
                "POST|/v1/emit|{}|400|event is missing",
                "POST|/v1/emit|{\"event\":\"a\",\"data\":1}|400|unknown field data",
                "GET|/v1/emit||405|not with GET",
                "PUT|/v1/simulation|{\"max_inflight\":11}|400|max_inflight must be 1…10",
                "PUT|/v1/simulation|{\"audio_bytes\":12000001}|400|audio_bytes must be",
                "GET|/socket.io?EIO=4&transport=websocket||404|nothing at /socket.io",
                "GET|/socket.iox/?EIO=4&transport=websocket||404|nothing at /socket.iox/",
                "GET|/socket.io/?EIO=4&transport=polling||400|Transport unknown",
                "GET|/socket.io/?EIO=3&transport=websocket||400|Unsupported protocol version",
                "GET|/socket.io/?EIO=4&transport=websocket&sid=a||400|Session ID unknown",
                "GET|/socket.io/?EIO=4&transport=websocket||400|Bad request"
            })
    void refusesWhatItCannotDo(String method, String path, String body, int status, String message) throws Exception {
        HttpResponse<String> answer = call(method, path, body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Json.parse(answer.body()).path("message").textValue()).startsWith(message);
    }

    @Test
    void answersAQueryThatCannotBeRead() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /socket.io/?EIO=%zz HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
        }
    }

    /** As curl sends what it is given with -d. */
    @Test
    void takesABodyThatCallsItselfAForm() throws Exception {
        String rule = "{\"trigger\": \"fragment_id\", \"value\": \"100% & more\", \"error_code\": \"ODD\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/simulation"))
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"rules\": [" + String.join(",", Collections.nCopies(900, rule)) + "]}"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(server.simulation().json().get("rules")).hasSize(900);
    }

    @Test
    void refusesABodyOverItsBound() throws Exception {
        assertThat(call("PUT", "/v1/simulation", " ".repeat(1024 * 1024 + 1)).statusCode())
                .isEqualTo(413);
    }
}
