package io.livedub.echo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Each way of misbehaving, as the real Java client sees it. */
class EchoSimulationIT {
    private EchoServer server;

    @BeforeEach
    void start() throws Exception {
        server = new EchoServer(EchoOptions.defaults()).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void delaysResultsAndKeepsTheirOrderUnderJitter() {
        server.simulate("{\"delay_ms\": 100, \"jitter_ms\": 200}");
        try (EchoClient client = EchoClient.connected(server)) {
            client.emit("stream:init", Samples.init().put("max_inflight", 10));
            client.await("stream:ready");
            for (int i = 0; i < 10; i++) {
                client.send(i);
            }
            List<JsonNode> results = client.await("fragment:processed", 10);
            assertThat(results)
                    .extracting(result -> result.path("sequence_number").intValue())
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(results).allSatisfy(result -> assertThat(
                            result.path("processing_time_ms").intValue())
                    .isGreaterThanOrEqualTo(95));
        }
    }

    @Test
    void completesOnlyAfterTheOutstandingResults() {
        server.simulate("{\"delay_ms\": 200}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            client.emit("stream:end", Samples.stream());
            client.await("stream:complete");
            assertThat(client.events)
                    .extracting(EchoClient.Event::name)
                    .containsSubsequence("fragment:processed", "stream:complete");
        }
    }

    @Test
    void dropsEveryNthFragment() {
        server.simulate("{\"drop\": 2}");
        try (EchoClient client = EchoClient.ready(server)) {
            for (int i = 0; i < 3; i++) {
                client.send(i);
            }
            assertThat(client.await("fragment:processed", 2))
                    .extracting(result -> result.path("sequence_number").intValue())
                    .containsExactly(0, 2);
            assertThat(server.fragments())
                    .extracting(trace -> trace.path("outcome").textValue())
                    .containsExactly("success", "dropped", "success");
        }
    }

    @Test
    void holdsUpEverythingBehindAGapUntilGapsNoLongerBlock() {
        server.simulate(
                "{\"gaps_block\": true, \"rules\": [{\"trigger\": \"nth_fragment\", \"value\": 1, \"error_code\": \"GPU_OOM\"}]}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            client.send(1);
            Awaitility.await().until(() -> server.fragments().size() == 2);
            client.emit("stream:end", Samples.stream());
            client.await("stream:complete");
            List<JsonNode> before = client.all("fragment:processed");
            server.simulate("{}");
            client.await("fragment:processed");
            assertThat(before).isEmpty();
            assertThat(client.await("error").path("code").textValue()).isEqualTo("GPU_OOM");
        }
    }

    @Test
    void answersByTheRulesOfItsOwnConnectionOnly() {
        try (EchoClient client = EchoClient.ready(server);
                EchoClient other = EchoClient.ready(server)) {
            client.emit(
                    "config:error_simulation",
                    Json.parse(
                            """
                            {"enabled": true, "rules": [{"trigger": "sequence_number", "value": 0, "error_code": "MODEL_ERROR",
                             "error_message": "no model", "retryable": true, "stage": "asr"}]}"""));
            JsonNode accepted = client.await("config:error_simulation:ack");
            String id = client.send(0);
            JsonNode error = client.await("error");
            other.send(0);
            other.await("fragment:processed");
            client.send(1);
            client.await("fragment:processed");
            assertThat(accepted.path("status").textValue()).isEqualTo("accepted");
            assertThat(accepted.path("rules_count").intValue()).isEqualTo(1);
            assertThat(error.path("fragment_id").textValue()).isEqualTo(id);
            assertThat(error.path("message").textValue()).isEqualTo("no model");
            assertThat(error.path("retryable").booleanValue()).isTrue();
            assertThat(error.path("metadata").path("stage").textValue()).isEqualTo("asr");
        }
    }

    @Test
    void rejectsRulesThatAreNoneAndForgetsThemWhenDisabled() {
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("config:error_simulation", Json.parse("{\"rules\": [{\"trigger\": \"moon\"}]}"));
            JsonNode rejected = client.await("config:error_simulation:ack");
            client.emit(
                    "config:error_simulation",
                    Json.parse(
                            "{\"enabled\": false, \"rules\": [{\"trigger\": \"nth_fragment\", \"value\": 1, \"error_code\": \"TIMEOUT\"}]}"));
            client.await("config:error_simulation:ack", 2);
            client.send(0);
            client.await("fragment:processed");
            assertThat(rejected.path("status").textValue()).isEqualTo("rejected");
            assertThat(rejected.path("message").textValue()).startsWith("rules[0]: trigger must be one of");
        }
    }

    @Test
    void disconnectsTheConnectionThatAsksForIt() {
        try (EchoClient client = EchoClient.ready(server);
                EchoClient other = EchoClient.ready(server)) {
            client.emit("simulate:disconnect", Json.object().put("delay_ms", 20).put("reason", "test"));
            client.await("simulate:disconnect:ack");
            client.await("disconnect");
            assertThat(other.socket.connected()).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(server.sessions())
                    .extracting(trace -> trace.path("end").textValue())
                    .contains("test"));
        }
    }

    @Test
    void disconnectsFromOutsideByStream() {
        try (EchoClient client = EchoClient.ready(server)) {
            server.disconnect("another", "not this one");
            server.disconnect(Samples.STREAM, "maintenance");
            client.await("disconnect");
            Awaitility.await().untilAsserted(() -> assertThat(server.sessions())
                    .extracting(trace -> trace.path("end").textValue())
                    .containsExactly("maintenance"));
        }
    }

    @Test
    void refusesConnections() {
        server.simulate("{\"refuse\": true}");
        try (EchoClient client = EchoClient.to(server, "/", Map.of())) {
            client.await("connect_error");
            assertThat(server.state().path("counts").path("refused connections").intValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void staysSilentInsteadOfReady() {
        server.simulate("{\"no_ready\": true}");
        try (EchoClient client = EchoClient.connected(server)) {
            client.emit("stream:init", Samples.init());
            client.emit("config:error_simulation", Json.object());
            client.await("config:error_simulation:ack");
            assertThat(client.all("stream:ready")).isEmpty();
            assertThat(client.all("error")).isEmpty();
        }
    }

    @Test
    void neverCompletesUntilItIsLetTo() {
        server.simulate("{\"no_complete\": true}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("stream:end", Samples.stream());
            client.emit("config:error_simulation", Json.object());
            client.await("config:error_simulation:ack");
            List<JsonNode> before = client.all("stream:complete");
            server.simulate("{}");
            client.await("stream:complete");
            assertThat(before).isEmpty();
        }
    }

    @Test
    void putsDownAClientThatDoesNotWaitAsLongAsItsPatience() throws Exception {
        EchoOptions options = EchoOptions.defaults().withEndPatience(Duration.ofMillis(300));
        try (EchoServer impatient = new EchoServer(options).start()) {
            impatient.simulate("{\"no_complete\": true}");
            for (boolean waits : new boolean[] {true, false}) {
                try (EchoClient client = EchoClient.ready(impatient)) {
                    client.emit("stream:end", Samples.stream());
                    Awaitility.await().until(() -> heard(impatient, "stream:end") == (waits ? 1 : 2));
                    long heardMs = System.currentTimeMillis();
                    Awaitility.await().until(() -> !waits || System.currentTimeMillis() - heardMs > 300);
                }
                Awaitility.await()
                        .until(() -> impatient.sessions().stream().allMatch(all -> all.hasNonNull("closed_ms")));
                assertThat(impatient.violations())
                        .extracting(trace -> trace.path("code").textValue())
                        .isEqualTo(waits ? List.of() : List.of("CLOSED_BEFORE_COMPLETE"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotBlameAClientForWhatTheServerEnds(boolean aborts) {
        server.simulate("{\"no_complete\": true}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("stream:end", Samples.stream());
            Awaitility.await().until(() -> heard(server, "stream:end") == 1);
            if (aborts) {
                server.abort(null, "cable");
            } else {
                server.disconnect(null, "maintenance");
            }
            client.await("disconnect");
        }
        Awaitility.await().until(() -> server.sessions().stream().allMatch(session -> session.hasNonNull("closed_ms")));
        assertThat(server.violations()).isEmpty();
    }

    private static int heard(EchoServer server, String event) {
        return server.state().path("counts").path("event " + event).intValue();
    }

    @Test
    void grantsWhatTheSimulationSays() {
        server.simulate("{\"max_inflight\": 1}");
        try (EchoClient client = EchoClient.ready(server)) {
            assertThat(client.await("stream:ready").path("max_inflight").intValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void answersWithAsManyBytesAsAreAskedFor() {
        server.simulate("{\"audio_bytes\": 3000000}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            JsonNode dubbed = client.await("fragment:processed").path("dubbed_audio");
            assertThat(dubbed.path("data_base64").textValue()).hasSize(4_000_000);
            assertThat(dubbed.path("format").textValue()).isEqualTo("m4a");
        }
    }

    @Test
    void failsByARuleInItsTurnAndWithoutAGap() {
        server.simulate(
                """
                {"gaps_block": true, "rules": [{"trigger": "sequence_number", "value": 0, "error_code": "GPU_OOM", "as": "failed"}]}""");
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            client.send(1);
            List<JsonNode> results = client.await("fragment:processed", 2);
            assertThat(results)
                    .extracting(result -> result.path("status").textValue())
                    .containsExactly("failed", "success");
            assertThat(results.get(0).path("error").path("code").textValue()).isEqualTo("GPU_OOM");
            assertThat(client.all("error")).isEmpty();
        }
    }

    @Test
    void asksForLessByLoadAndTakesItBackWhenAcknowledged() {
        server.simulate("{\"delay_ms\": 50}");
        try (EchoClient client = EchoClient.connected(server)) {
            client.emit("stream:init", Samples.init().put("max_inflight", 1));
            client.await("stream:ready");
            List<String> ids = List.of(client.send(0), client.send(1), client.send(2));
            client.await("fragment:processed", 3);
            assertThat(client.all("backpressure"))
                    .extracting(asked -> asked.path("action").textValue())
                    .containsExactly("slow_down", "pause");
            assertThat(client.all("backpressure")
                            .get(0)
                            .path("recommended_delay_ms")
                            .intValue())
                    .isEqualTo(500);
            ids.forEach(id -> client.emit("fragment:ack", Samples.ack(id, "applied")));
            assertThat(client.await("backpressure", 4))
                    .extracting(asked -> asked.path("action").textValue())
                    .containsExactly("slow_down", "pause", "slow_down", "none");
        }
    }

    @Test
    void neverClearsUntilAFragmentArrives() {
        server.simulate("{\"backpressure\": {\"action\": \"pause\"}, \"never_clear\": true}");
        try (EchoClient client = EchoClient.ready(server)) {
            assertThat(client.await("backpressure").path("action").textValue()).isEqualTo("pause");
            server.simulate("{\"never_clear\": true}");
            client.emit("config:error_simulation", Json.object());
            client.await("config:error_simulation:ack");
            int before = client.all("backpressure").size();
            client.send(0);
            assertThat(client.await("backpressure", 2).get(1).path("action").textValue())
                    .isEqualTo("none");
            assertThat(before).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "partial, partial, true, false",
        "partial_error, partial, true, true",
        "partial_silent, partial, false, true",
        "failed, failed, false, true"
    })
    void answersWithOtherOutcomes(String outcome, String status, boolean audio, boolean error) {
        server.simulate("{\"outcome\": \"%s\", \"failure\": {\"error_code\": \"RATE_LIMIT\"}}".formatted(outcome));
        try (EchoClient client = EchoClient.ready(server)) {
            String id = client.send(0);
            JsonNode result = client.await("fragment:processed");
            client.emit("fragment:ack", Samples.ack(id, "applied"));
            client.emit("stream:end", Samples.stream());
            client.await("stream:complete");
            assertThat(result.path("status").textValue()).isEqualTo(status);
            assertThat(result.hasNonNull("dubbed_audio")).isEqualTo(audio);
            assertThat(result.hasNonNull("error")).isEqualTo(error);
            assertThat(server.violations()).hasSize(audio ? 0 : 1);
        }
    }

    @Test
    void answersEveryFragmentWithAnError() {
        server.simulate("{\"outcome\": \"error\", \"failure\": {\"error_code\": \"INVALID_CONFIG\"}}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            client.send(1);
            assertThat(client.await("error", 2))
                    .extracting(error -> error.path("code").textValue())
                    .containsOnly("INVALID_CONFIG");
        }
    }

    @Test
    void saysItsCapabilitiesAsAList() {
        server.simulate("{\"capabilities_list\": true}");
        try (EchoClient client = EchoClient.ready(server)) {
            assertThat(client.await("stream:ready").path("capabilities").isArray())
                    .isTrue();
        }
    }

    @Test
    void refusesWhatItWouldHaveToHoldBeyondItsBound() {
        server.simulate("{\"delay_ms\": 60000}");
        try (EchoClient client = EchoClient.ready(server)) {
            for (int i = 0; i <= FragmentIntake.MAX_OUTSTANDING; i++) {
                client.send(i);
            }
            JsonNode error = client.await("error");
            assertThat(error.path("code").textValue()).isEqualTo("QUEUE_FULL");
            assertThat(error.path("retryable").booleanValue()).isTrue();
        }
    }

    @Test
    void stretchesAndDropsTheCountsWithItsReset() {
        server.simulate("{\"stretch\": 1.5}");
        try (EchoClient client = EchoClient.ready(server)) {
            client.emit("fragment:data", Samples.fragment(UUID.randomUUID().toString(), 0));
            JsonNode dubbed = client.await("fragment:processed").path("dubbed_audio");
            server.reset();
            assertThat(dubbed.path("duration_ms").intValue()).isEqualTo(9000);
            assertThat(dubbed.path("format").textValue()).isEqualTo("pcm_s16le");
            assertThat(server.fragments()).isEmpty();
            assertThat(server.simulation()).isEqualTo(Simulation.none());
        }
    }
}
