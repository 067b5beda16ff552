package io.livedub.echo;

import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How the server misbehaves; {@code docs/echo-sts.md} says what each field does.
 *
 * @param drop 0 none, 1 all, n every n-th fragment since this was set
 * @param backpressure null: by load
 * @param maxInflight null: as in the options
 * @param fault what is wrong with the dubbed audio
 * @param audioBytes the dubbed audio is this many zero bytes, labelled as asked; 0: it is the sound
 * @param json the same as {@code GET /v1/simulation} shows it; never changed
 */
public record Simulation(
        Duration delay,
        Duration jitter,
        int drop,
        List<ErrorRule> rules,
        EchoPace backpressure,
        boolean neverClear,
        boolean refuse,
        boolean noReady,
        boolean noComplete,
        Integer maxInflight,
        boolean gapsBlock,
        boolean capabilitiesList,
        SimulatedOutcome outcome,
        EchoFailure failure,
        AudioFault fault,
        double stretch,
        int audioBytes,
        ObjectNode json) {
    private static final long MAX_DELAY_MS = 600_000;
    /** In base64 this is more than the strictest client takes, and less than this server may send in one message. */
    private static final int MAX_AUDIO_BYTES = 12_000_000;

    private static final JsonNode WELL_BEHAVED = Json.parse(
            """
            {"delay_ms": 0, "jitter_ms": 0, "drop": 0, "rules": [], "backpressure": null, "never_clear": false,
             "refuse": false, "no_ready": false, "no_complete": false, "max_inflight": null, "gaps_block": false,
             "capabilities_list": false, "outcome": "success",
             "failure": {"error_code": "MODEL_ERROR", "error_message": "simulated failure"},
             "audio": "none", "stretch": 1.0, "audio_bytes": 0}""");

    /** What becomes of each fragment. */
    public enum SimulatedOutcome {
        SUCCESS,
        /** With audio, as the next one. */
        PARTIAL,
        PARTIAL_ERROR,
        /** A partial result with an error and no audio. */
        PARTIAL_SILENT,
        FAILED,
        /** An {@code error} event and no result. */
        ERROR
    }

    /** The fault of the dubbed audio. */
    public enum AudioFault {
        NONE,
        /** {@code dubbed_audio} is null. */
        MISSING,
        /** No bytes. */
        EMPTY,
        NOT_BASE64,
        /** Random bytes labelled as asked. */
        GARBAGE,
        /** The right bytes under another format's name. */
        WRONG_LABEL
    }

    /** A well-behaved server. */
    public static Simulation none() {
        return read(WELL_BEHAVED.deepCopy());
    }

    /**
     * Reads what {@code PUT /v1/simulation} takes; a field that is absent or null keeps the value it has here.
     *
     * @throws IllegalArgumentException naming the first wrong or unknown field
     */
    public Simulation with(JsonNode changes) {
        StrictFields.of(changes, "the simulation");
        ObjectNode changed = json.deepCopy();
        // Parsed, so that equal numbers become equal nodes whatever type they were put with.
        Json.parse(changes.toString()).properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> changed.set(field.getKey(), field.getValue()));
        return read(changed);
    }

    /** @param json has every field, and becomes what {@code GET} shows */
    private static Simulation read(ObjectNode json) {
        StrictFields fields = StrictFields.of(json, "the simulation");
        if (fields.raw("drop").isBoolean()) {
            json.put("drop", fields.flag("drop", false) ? 1 : 0);
        }
        Simulation simulation = new Simulation(
                Duration.ofMillis(fields.integer("delay_ms", 0, MAX_DELAY_MS)),
                Duration.ofMillis(fields.integer("jitter_ms", 0, MAX_DELAY_MS)),
                (int) fields.integer("drop", 0, 1_000_000),
                ErrorRule.parseAll(fields.raw("rules")),
                EchoPace.forced(fields),
                fields.flag("never_clear", false),
                fields.flag("refuse", false),
                fields.flag("no_ready", false),
                fields.flag("no_complete", false),
                fields.has("max_inflight") ? Integer.valueOf((int) fields.integer("max_inflight", 1, 10)) : null,
                fields.flag("gaps_block", false),
                fields.flag("capabilities_list", false),
                fields.choice("outcome", SimulatedOutcome.class),
                EchoFailure.parse(fields.object("failure")),
                fields.choice("audio", AudioFault.class),
                fields.number("stretch", 0.5, 2),
                (int) fields.integer("audio_bytes", 0, MAX_AUDIO_BYTES),
                json);
        fields.refuseUnknown();
        simulation.failure.into(json.putObject("failure"));
        json.set("backpressure", simulation.backpressure == null ? null : simulation.backpressure.toJson());
        ArrayNode rules = json.putArray("rules");
        simulation.rules.forEach(rule -> rules.add(rule.toJson()));
        return simulation;
    }
}
