package io.livedub.echo;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The protocol as the real Java client sees it. */
class EchoServerIT {
    private EchoServer server;

    @BeforeEach
    void start() throws Exception {
        server = new EchoServer(EchoOptions.of("--port", "0", "--max-inflight", "5")).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> violations() {
        return server.violations().stream()
                .map(violation -> violation.path("code").textValue())
                .toList();
    }

    @Test
    void echoesASessionWithoutAViolation() {
        try (EchoClient client = EchoClient.connected(server)) {
            client.emit("stream:init", Samples.init());
            JsonNode ready = client.await("stream:ready");
            String id = UUID.randomUUID().toString();
            byte[] audio = Samples.m4a(150_000);
            client.emit("fragment:data", Samples.fragment(id, 0, audio));
            JsonNode result = client.await("fragment:processed");
            client.emit("fragment:ack", Samples.ack(id, "applied"));
            client.emit("stream:end", Samples.stream().put("reason", "source ended"));
            JsonNode complete = client.await("stream:complete");

            assertThat(ready.path("stream_id").textValue()).isEqualTo(Samples.STREAM);
            assertThat(ready.path("session_id").textValue()).isNotEmpty();
            assertThat(ready.path("max_inflight").intValue()).isEqualTo(3);
            assertThat(ready.path("capabilities").isObject()).isTrue();
            assertThat(client.all("fragment:ack"))
                    .extracting(ack -> ack.path("status").textValue())
                    .containsExactly("queued", "processing");
            assertThat(result.path("status").textValue()).isEqualTo("success");
            assertThat(result.path("sequence_number").intValue()).isZero();
            JsonNode dubbed = result.path("dubbed_audio");
            assertThat(Base64.getDecoder().decode(dubbed.path("data_base64").textValue()))
                    .isEqualTo(audio);
            assertThat(dubbed.path("format").textValue()).isEqualTo("m4a");
            assertThat(dubbed.path("duration_ms").intValue()).isEqualTo(6000);
            assertThat(result.path("transcript").textValue()).isNotEmpty();
            assertThat(result.path("stage_timings").path("tts_ms").isIntegralNumber())
                    .isTrue();
            assertThat(result.get("error").isNull()).isTrue();
            assertThat(complete.path("total_fragments").intValue()).isEqualTo(1);
            assertThat(complete.path("total_duration_ms").intValue()).isEqualTo(6000);
            assertThat(complete.path("statistics").path("success_count").intValue())
                    .isEqualTo(1);
            assertThat(server.violations()).isEmpty();
            assertThat(server.fragments()).singleElement().satisfies(trace -> {
                assertThat(trace.path("outcome").textValue()).isEqualTo("success");
                assertThat(trace.path("bytes").longValue()).isEqualTo(150_000);
                assertThat(trace.path("ack").textValue()).isEqualTo("applied");
                assertThat(trace.path("answered_ms").longValue())
                        .isGreaterThanOrEqualTo(trace.path("received_ms").longValue());
            });
            assertThat(server.sessions()).singleElement().satisfies(session -> assertThat(
                            session.path("end").textValue())
                    .isEqualTo("complete"));
        }
    }

    @Test
    void grantsNoMoreInFlightThanItsOwnBound() {
        try (EchoClient client = EchoClient.connected(server)) {
            client.emit("stream:init", Samples.init().put("max_inflight", 10));
            assertThat(client.await("stream:ready").path("max_inflight").intValue())
                    .isEqualTo(5);
        }
    }

    @Test
    void refusesAnInvalidInitNamingTheField() {
        try (EchoClient client = EchoClient.connected(server)) {
            client.emit("stream:init", Samples.init().put("timeout_ms", 999));
            JsonNode error = client.await("error");
            assertThat(error.path("code").textValue()).isEqualTo("INVALID_CONFIG");
            assertThat(error.path("message").textValue()).isEqualTo("timeout_ms must be 1000…30000, got 999");
            assertThat(error.path("retryable").booleanValue()).isFalse();
            assertThat(violations()).containsExactly("INVALID_CONFIG");
        }
    }

    @Test
    void refusesAnInitThatTheHeadersContradict() {
        try (EchoClient client = EchoClient.to(server, "/", Map.of("X-Stream-ID", List.of("other")))) {
            Awaitility.await().until(client.socket::connected);
            client.emit("stream:init", Samples.init());
            assertThat(client.await("error").path("message").textValue()).startsWith("X-Stream-ID");
        }
    }

    @Test
    void refusesFragmentsWithoutASession() {
        try (EchoClient client = EchoClient.connected(server)) {
            String id = client.send(0);
            JsonNode error = client.await("error");
            assertThat(error.path("code").textValue()).isEqualTo("STREAM_NOT_FOUND");
            assertThat(error.path("fragment_id").textValue()).isEqualTo(id);
        }
    }

    @Test
    void refusesFragmentsAfterTheEnd() {
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("stream:end", Samples.stream());
            client.await("stream:complete");
            client.send(0);
            assertThat(client.await("error").path("code").textValue()).isEqualTo("STREAM_NOT_FOUND");
        }
    }

    @Test
    void refusesASkippedNumberAndGoesOnExpectingTheRightOne() {
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(1);
            JsonNode error = client.await("error");
            client.send(0);
            client.await("fragment:processed");
            assertThat(error.path("code").textValue()).isEqualTo("INVALID_SEQUENCE");
            assertThat(error.path("message").textValue()).isEqualTo("sequence_number: expected 0, got 1");
            assertThat(violations()).containsExactly("INVALID_SEQUENCE");
        }
    }

    @Test
    void refusesFragmentsWhilePausedAndTakesThemAfterwards() {
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("stream:pause", Samples.stream().put("reason", "source lost"));
            client.send(0);
            assertThat(client.await("error").path("code").textValue()).isEqualTo("STREAM_PAUSED");
            client.emit("stream:resume", Samples.stream());
            String second = client.send(1);
            assertThat(client.await("fragment:processed").path("fragment_id").textValue())
                    .isEqualTo(second);
        }
    }

    @Test
    void refusesWhatIsOverTheLargestMessageAndStaysConnected() {
        try (EchoClient client = EchoClient.ready(server)) {
            String id = UUID.randomUUID().toString();
            client.emit("fragment:data", Samples.fragment(id, 0, Samples.m4a(8 * 1024 * 1024)));
            JsonNode error = client.await("error");
            client.emit("fragment:data", Samples.fragment(UUID.randomUUID().toString(), 1, Samples.m4a(7_800_000)));
            JsonNode result = client.await("fragment:processed");
            assertThat(error.path("code").textValue()).isEqualTo("FRAGMENT_TOO_LARGE");
            assertThat(error.path("fragment_id").textValue()).isEqualTo(id);
            assertThat(result.path("sequence_number").intValue()).isEqualTo(1);
        }
    }

    @Test
    void keepsLittleOfWhatAClientMakesUp() {
        String long1 = "x".repeat(1_000_000);
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("fragment:data", Samples.fragment(long1, 0));
            client.emit("fragment:ack", Samples.ack(long1, "applied"));
            Awaitility.await().until(() -> server.violations().size() == 2);
            assertThat(client.await("error").path("fragment_id").textValue()).isEqualTo(long1);
            client.emit(
                    "config:error_simulation",
                    Json.object()
                            .set(
                                    "rules",
                                    Json.array()
                                            .add(Json.object()
                                                    .put("trigger", "nth_fragment")
                                                    .put("value", 1)
                                                    .put("error_code", long1))));
            client.send(1);
            client.await("error", 2);
            assertThat(violations()).containsExactly("INVALID_FRAGMENT", "UNEXPECTED_ACK");
            assertThat(server.state().toString()).hasSizeLessThan(20_000);
        }
    }

    @Test
    void refusesAudioThatIsNoM4a() {
        try (EchoClient client = EchoClient.ready(server)) {
            String id = UUID.randomUUID().toString();
            client.emit("fragment:data", Samples.fragment(id, 0, new byte[500]));
            JsonNode error = client.await("error");
            assertThat(error.path("code").textValue()).isEqualTo("INVALID_FRAGMENT");
            assertThat(error.path("message").textValue()).contains("audio.data_base64", "ftyp");
            assertThat(server.fragments()).singleElement().satisfies(trace -> assertThat(
                            trace.path("outcome").textValue())
                    .isEqualTo("refused"));
        }
    }

    @Test
    void putsDownSoundThatWasNotAnnounced() {
        try (EchoClient client = EchoClient.ready(server)) {
            ObjectNode fragment = Samples.fragment(0);
            fragment.withObject("/audio").put("channels", 1);
            client.emit("fragment:data", fragment);
            JsonNode result = client.await("fragment:processed");
            assertThat(result.path("status").textValue()).isEqualTo("success");
            assertThat(violations()).containsExactly("NOT_ANNOUNCED");
            assertThat(server.violations().get(0).path("message").textValue())
                    .isEqualTo("48000 Hz and 1 channels, announced were 48000 Hz and 2");
        }
    }

    @Test
    void putsDownWhatTheContractDoesNotHave() {
        try (EchoClient client = EchoClient.ready(server)) {
            ObjectNode fragment = Samples.fragment(0).put("priority", 1);
            fragment.withObject("/metadata").put("ours", true);
            client.emit("fragment:data", fragment);
            client.await("fragment:processed");
            client.emit("fragment:ack", Samples.ack(UUID.randomUUID().toString(), "applied"));
            client.emit("fragment:ack", Samples.ack(fragment.path("fragment_id").textValue(), "done"));
            client.emit("stream:chat", Samples.stream());
            client.emit("stream:pause", Json.object().put("stream_id", "other"));
            client.socket.emit("stream:resume", "not an object");
            Awaitility.await().until(() -> server.violations().size() >= 6);
            assertThat(violations())
                    .containsExactly(
                            "UNKNOWN_FIELD",
                            "UNEXPECTED_ACK",
                            "INVALID_FIELD",
                            "UNKNOWN_EVENT",
                            "INVALID_FIELD",
                            "PAYLOAD");
            assertThat(server.violations().get(0).path("message").textValue())
                    .isEqualTo("fragment:data carries priority");
        }
    }

    @Test
    void answersAnAcknowledgementThatIsAskedForAndPutsItDown() {
        try (EchoClient client = EchoClient.connected(server)) {
            var answered = new java.util.concurrent.atomic.AtomicBoolean();
            client.socket.emit(
                    "stream:end",
                    new Object[] {new org.json.JSONObject(Map.of("stream_id", "test"))},
                    args -> answered.set(true));
            Awaitility.await().untilTrue(answered);
            assertThat(violations()).contains("ACK_CALLBACK");
        }
    }

    @Test
    void beginsASecondSessionFromZeroAndStillTakesTheAcksOfTheFirst() {
        try (EchoClient client = EchoClient.ready(server)) {
            String first = client.send(0);
            client.await("fragment:processed");
            client.emit("stream:init", Samples.init());
            client.await("stream:ready", 2);
            client.emit("fragment:ack", Samples.ack(first, "received"));
            client.send(0);
            client.await("fragment:processed", 2);
            assertThat(server.violations()).isEmpty();
            assertThat(server.sessions())
                    .extracting(trace -> trace.path("end").textValue())
                    .containsExactly("superseded", null);
        }
    }

    @Test
    void refusesOtherNamespaces() {
        try (EchoClient client = EchoClient.to(server, "/other", Map.of())) {
            assertThat(client.await("connect_error").path("message").textValue())
                    .contains("Invalid namespace");
        }
    }

    @Test
    void putsDownAClientThatDoesNotWaitForTheCompletion() {
        server.simulate("{\"delay_ms\": 60000}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            client.emit("stream:end", Samples.stream());
            Awaitility.await().until(() -> server.state().path("counts").has("event stream:end"));
        }
        Awaitility.await().until(() -> violations().contains("CLOSED_BEFORE_COMPLETE"));
        assertThat(server.sessions()).singleElement().satisfies(session -> assertThat(
                        session.path("end").textValue())
                .isEqualTo("disconnected by the client"));
    }

    @Test
    void saysGoodbyeWhenItStops() {
        try (EchoClient client = EchoClient.ready(server)) {
            server.close();
            assertThat(client.await("disconnect").path("message").textValue()).isEqualTo("io server disconnect");
        }
    }
}
