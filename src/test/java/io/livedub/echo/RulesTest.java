package io.livedub.echo;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Error rules, drops, backpressure: who decides what, without a connection. */
class RulesTest {
    private static final Director.Script NO_RULES = new Director.Script(Json.array());

    private static JsonNode rules(String rules) {
        return WorkerMessages.rules("rules", Json.parse(rules));
    }

    private static Director director(String json) {
        return new Director(Simulation.none().with(Json.parse(json)), 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|rules must be a list",
                "[1]|rules[0]: rule must be an object",
                "[{}]|rules[0]: trigger is missing",
                "[{\"trigger\":\"moon\"}]|rules[0]: trigger must be one of sequence_number, fragment_id, nth_fragment, got moon",
                "[{\"trigger\":\"sequence_number\",\"value\":-1,\"error_code\":\"A\"}]|rules[0]: value must be 0…",
                "[{\"trigger\":\"nth_fragment\",\"value\":0,\"error_code\":\"A\"}]|rules[0]: value must be 1…",
                "[{\"trigger\":\"nth_fragment\",\"value\":\"1\",\"error_code\":\"A\"}]|rules[0]: value must be an integer",
                "[{\"trigger\":\"fragment_id\",\"value\":1,\"error_code\":\"A\"}]|rules[0]: value must be a string",
                "[{\"trigger\":\"fragment_id\",\"value\":\"a\"}]|rules[0]: error_code is missing",
                "[{\"trigger\":\"fragment_id\",\"value\":\"a\",\"error_code\":\"A\",\"retryable\":1}]|rules[0]: retryable must be true or false",
                "[{\"trigger\":\"fragment_id\",\"value\":\"a\",\"error_code\":\"A\",\"as\":\"x\"}]|rules[0]: as must be one of error, failed, got x",
                "[{\"trigger\":\"fragment_id\",\"value\":\"a\",\"error_code\":\"A\",\"odd\":1}]|rules[0]: unknown field odd"
            })
    void saysWhichRuleIsWrong(String rules, String problem) {
        assertThatThrownBy(() -> rules(rules)).hasMessageStartingWith(problem);
    }

    @ParameterizedTest
    @CsvSource({"MODEL_ERROR, true", "QUEUE_FULL, true", "INVALID_CONFIG, false", "ODD,"})
    void knowsWhatTheContractSaysOfACode(String code, Boolean retryable) {
        var rules = rules("[{\"trigger\":\"nth_fragment\",\"value\":1,\"error_code\":\"%s\"}]".formatted(code));
        EchoFailure failure = EchoFailure.simulated(rules.get(0));
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure.message()).isEqualTo("simulated " + code);
    }

    @Test
    void knowsInWhichEventAFailureIsSaid() {
        String rule = "[{\"trigger\":\"nth_fragment\",\"value\":1,\"error_code\":\"A\"%s}]";
        JsonNode unsaid = rules(rule.formatted("")).get(0);
        JsonNode failed = rules(rule.formatted(",\"as\":\"failed\"")).get(0);
        assertThat(unsaid.get("as").textValue()).isEqualTo("error");
        assertThat(failed.get("as").textValue()).isEqualTo("failed");
        assertThat(rules(Json.array().add(failed).toString())).containsExactly(failed);
    }

    @Test
    void matchesBySequenceByIdAndByCount() {
        Director.Script script = new Director.Script(
                rules(
                        """
                [{"trigger": "sequence_number", "value": 4, "error_code": "A"},
                 {"trigger": "fragment_id", "value": "x", "error_code": "B"},
                 {"trigger": "nth_fragment", "value": 3, "error_code": "C"}]"""));
        assertThat(script.next("a", 4).get("error_code").textValue()).isEqualTo("A");
        assertThat(script.next("x", 5).get("error_code").textValue()).isEqualTo("B");
        assertThat(script.next("c", 6).get("error_code").textValue()).isEqualTo("C");
        assertThat(script.next("d", 7)).isNull();
    }

    @Test
    void countsDropsFromTheTimeTheyWereSet() {
        Director director = director("{\"drop\": 3}");
        List<Boolean> first = List.of(dropped(director), dropped(director), dropped(director));
        dropped(director);
        director.direct(director.simulation());
        List<Boolean> again = List.of(dropped(director), dropped(director), dropped(director));
        assertThat(first).containsExactly(false, false, true);
        assertThat(again).isEqualTo(first);
    }

    private static boolean dropped(Director director) {
        return director.next(NO_RULES, "a", 0).dropped();
    }

    @Test
    void repeatsItsJitterWithItsSeed() {
        String json = "{\"delay_ms\": 100, \"jitter_ms\": 1000}";
        long first = director(json).next(NO_RULES, "a", 0).delayMs();
        long again = director(json).next(NO_RULES, "a", 0).delayMs();
        assertThat(first).isBetween(100L, 1100L).isEqualTo(again);
    }

    @Test
    void putsTheConnectionsRuleFirst() {
        Director director =
                director("{\"rules\": [{\"trigger\":\"nth_fragment\",\"value\":1,\"error_code\":\"SERVER\"}]}");
        Director.Script own =
                new Director.Script(rules("[{\"trigger\":\"nth_fragment\",\"value\":1,\"error_code\":\"OWN\"}]"));
        assertThat(director.next(own, "a", 0).failure().code()).isEqualTo("OWN");
    }

    @ParameterizedTest
    @CsvSource({"3,", "4, slow_down", "5, pause", "9, pause"})
    void asksByLoad(int inflight, String action) {
        ObjectNode asked = new Pressure(3).update(Simulation.none(), inflight, true, 0);
        assertThat(asked == null ? null : asked.get("action").textValue()).isEqualTo(action);
    }

    @Test
    void saysAChangeOnce() {
        Pressure pressure = new Pressure(1);
        Simulation none = Simulation.none();
        assertThat(pressure.update(none, 1, true, 0)).isNull();
        assertThat(pressure.update(none, 2, true, 0).get("action").textValue()).isEqualTo("slow_down");
        assertThat(pressure.update(none, 2, true, 0)).isNull();
        assertThat(pressure.update(none, 0, false, 0).get("action").textValue()).isEqualTo("none");
    }

    @Test
    void takesNothingBackBetweenArrivalsWhenItNeverClears() {
        Pressure pressure = new Pressure(1);
        Simulation neverClear = Simulation.none().with(Json.parse("{\"never_clear\": true}"));
        pressure.update(neverClear, 5, true, 0);
        assertThat(pressure.update(neverClear, 0, false, 0)).isNull();
        assertThat(pressure.asked()).isEqualTo("pause");
        assertThat(pressure.update(neverClear, 0, true, 0).get("action").textValue())
                .isEqualTo("none");
    }

    @Test
    void putsDownAWorkerThatDoesNotSlowDown() {
        Pressure pressure = new Pressure(1);
        Simulation slow = Simulation.none()
                .with(Json.parse("{\"backpressure\": {\"action\": \"slow_down\", \"recommended_delay_ms\": 2000}}"));
        pressure.update(slow, 0, false, 10_000);
        assertThat(pressure.arrived(10_400)).isNull();
        assertThat(pressure.arrived(11_000)).startsWith("sent 600 ms after the last one");
        assertThat(pressure.arrived(12_700)).isNull();
    }

    @Test
    void letsAPausedWorkerProbeAndNoMore() {
        Pressure pressure = new Pressure(1);
        Simulation pause = Simulation.none().with(Json.parse("{\"backpressure\": {\"action\": \"pause\"}}"));
        pressure.update(pause, 0, false, 10_000);
        assertThat(pressure.arrived(40_000)).isNull();
        assertThat(pressure.arrived(40_100)).isNotNull();
    }

    @Test
    void goesByLoadAgainWhenNothingIsForced() {
        Simulation forced = Simulation.none().with(Json.parse("{\"backpressure\": {\"action\": \"none\"}}"));
        assertThat(forced.json().at("/backpressure/action").textValue()).isEqualTo("none");
        JsonNode released = forced.with(Json.parse("{\"backpressure\": false}")).json();
        assertThat(released.get("backpressure").isNull()).isTrue();
        assertThat(forced.with(Json.parse("{\"backpressure\": null}"))).isEqualTo(forced);
        assertThatThrownBy(() -> forced.with(Json.parse("{\"backpressure\": true}")))
                .hasMessageStartingWith("backpressure must be an object");
        assertThatThrownBy(() -> forced.with(Json.parse("{\"stretch\": \"2\"}")))
                .hasMessageContaining("a number");
        assertThatThrownBy(() -> forced.with(Json.parse("{\"stretch\": 2.1}"))).hasMessageContaining("0.5…2.0");
        assertThat(forced.with(Json.parse("{\"drop\": false}")).number("drop")).isZero();
    }
}
