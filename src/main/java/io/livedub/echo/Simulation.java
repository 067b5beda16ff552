package io.livedub.echo;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import static io.livedub.echo.FieldKind.FLAG;
import static io.livedub.echo.FieldKind.choice;
import static io.livedub.echo.FieldKind.integer;

/**
 * How the server misbehaves; {@code docs/echo-sts.md} says what each field does.
 *
 * @param json what {@code GET /v1/simulation} shows; never changed
 */
record Simulation(ObjectNode json) {
    /** In base64 this is more than the strictest client takes, and less than this server may send in one message. */
    private static final int MAX_AUDIO_BYTES = 12_000_000;

    private static final List<String> OUTCOMES =
            List.of("success", "partial", "partial_error", "partial_silent", "failed", "error");
    private static final List<String> FAULTS =
            List.of("none", "missing", "empty", "not_base64", "garbage", "wrong_label");
    private static final JsonShape FAILURE = EchoFailure.fields(new JsonShape("failure"));

    private static final JsonShape SHAPE = new JsonShape("the simulation")
            .optional("delay_ms", 0, integer(0, WorkerMessages.MAX_DELAY_MS))
            .optional("jitter_ms", 0, integer(0, WorkerMessages.MAX_DELAY_MS))
            .optional("drop", 0, Simulation::drop)
            .optional("rules", List.of(), WorkerMessages::rules)
            .optional("backpressure", null, Pressure::forced)
            .optional("never_clear", false, FLAG)
            .optional("refuse", false, FLAG)
            .optional("no_ready", false, FLAG)
            .optional("no_complete", false, FLAG)
            .optional("max_inflight", null, integer(1, 10))
            .optional("gaps_block", false, FLAG)
            .optional("capabilities_list", false, FLAG)
            .optional("outcome", "success", choice(OUTCOMES))
            .optional(
                    "failure",
                    Map.of("error_code", "MODEL_ERROR", "error_message", "simulated failure"),
                    (path, value) ->
                            EchoFailure.simulated(FAILURE.readAll(path, value)).into(Json.object()))
            .optional("audio", "none", choice(FAULTS))
            .optional("stretch", 1, FieldKind.number(0.5, 2))
            .optional("audio_bytes", 0, integer(0, MAX_AUDIO_BYTES));

    /** A well-behaved server. */
    static Simulation none() {
        return new Simulation(SHAPE.read(Json.object()));
    }

    private static JsonNode drop(String path, JsonNode value) {
        return value.isBoolean()
                ? IntNode.valueOf(value.asInt())
                : integer(0, 1_000_000).read(path, value);
    }

    /**
     * Reads what {@code PUT /v1/simulation} takes; a field that is absent or null keeps the value it has here.
     *
     * @throws IllegalArgumentException naming the first wrong or unknown field
     */
    Simulation with(JsonNode changes) {
        ObjectNode read = SHAPE.readAll("", changes);
        ObjectNode changed = json.deepCopy();
        changes.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> changed.set(field.getKey(), read.get(field.getKey())));
        return new Simulation(changed);
    }

    boolean is(String flag) {
        return json.get(flag).booleanValue();
    }

    /** Of an integer field. */
    int number(String field) {
        return json.get(field).intValue();
    }

    String text(String field) {
        return json.get(field).textValue();
    }

    double stretch() {
        return json.get("stretch").doubleValue();
    }
}
