package io.livedub.echo;

import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How the server misbehaves. {@code docs/echo-sts.md} has the same as JSON.
 *
 * @param delay from a fragment's arrival to its result
 * @param jitter up to this much more, evenly distributed
 * @param drop fragments that are accepted and never answered: 0 none, 1 all, n every n-th since this was set
 * @param rules fragments that are answered with an error
 * @param backpressure said whatever the load is; null: by load
 * @param neverClear the load is looked at only when a fragment arrives, so the clearing never comes to a worker that obeys
 * @param refuse new connections are refused with HTTP 503
 * @param noReady {@code stream:init} is not answered
 * @param noComplete {@code stream:end} is not answered
 * @param maxInflight upper bound of what {@code stream:ready} grants, 1…10; null: as in the options
 * @param gapsBlock results behind a number that was refused, failed or dropped are never delivered, as on the strictest servers
 * @param capabilitiesList {@code capabilities} is a list instead of an object
 * @param outcome what becomes of each fragment
 * @param failure said with a failed, partial or refused outcome
 * @param fault what is wrong with the dubbed audio
 * @param stretch duration of the dubbed audio over the original's, 0.5…2
 * @param audioBytes the dubbed audio is this many zero bytes, labelled as asked; 0: it is the sound
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
        int audioBytes) {
    private static final long MAX_DELAY_MS = 600_000;
    /** In base64 this is more than the strictest client takes, and less than this server may send in one message. */
    private static final int MAX_AUDIO_BYTES = 12_000_000;

    static final EchoFailure DEFAULT_FAILURE = EchoFailure.of("MODEL_ERROR", "simulated failure");

    /** The outcome of each fragment. */
    public enum SimulatedOutcome {
        SUCCESS,
        /** A partial result with audio. */
        PARTIAL,
        /** A partial result with audio and an error. */
        PARTIAL_ERROR,
        /** A partial result with an error and no audio. */
        PARTIAL_SILENT,
        /** A failed result. */
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
        /** A text that is not base64. */
        NOT_BASE64,
        /** Random bytes labelled as asked. */
        GARBAGE,
        /** The right bytes under another format's name. */
        WRONG_LABEL
    }

    /** A well-behaved server. */
    public static Simulation none() {
        return new Simulation(
                Duration.ZERO,
                Duration.ZERO,
                0,
                List.of(),
                null,
                false,
                false,
                false,
                false,
                null,
                false,
                false,
                SimulatedOutcome.SUCCESS,
                DEFAULT_FAILURE,
                AudioFault.NONE,
                1,
                0);
    }

    /**
     * Reads what {@code PUT /v1/simulation} takes; a field that is absent or null keeps the value it has here.
     *
     * @throws IllegalArgumentException naming the first wrong or unknown field
     */
    public Simulation with(JsonNode json) {
        StrictFields fields = StrictFields.of(json, "the simulation");
        Simulation result = new Simulation(
                Duration.ofMillis(fields.integer("delay_ms", 0, MAX_DELAY_MS, delay.toMillis())),
                Duration.ofMillis(fields.integer("jitter_ms", 0, MAX_DELAY_MS, jitter.toMillis())),
                drop(fields),
                fields.has("rules") ? ErrorRule.parseAll(fields.raw("rules")) : rules,
                EchoPace.forced(fields, backpressure),
                fields.flag("never_clear", neverClear),
                fields.flag("refuse", refuse),
                fields.flag("no_ready", noReady),
                fields.flag("no_complete", noComplete),
                fields.has("max_inflight") ? Integer.valueOf((int) fields.integer("max_inflight", 1, 10)) : maxInflight,
                fields.flag("gaps_block", gapsBlock),
                fields.flag("capabilities_list", capabilitiesList),
                Choice.of(SimulatedOutcome.class, fields.text("outcome", Choice.label(outcome)), "outcome"),
                fields.has("failure") ? EchoFailure.parse(fields.object("failure")) : failure,
                Choice.of(AudioFault.class, fields.text("audio", Choice.label(fault)), "audio"),
                fields.number("stretch", 0.5, 2, stretch),
                (int) fields.integer("audio_bytes", 0, MAX_AUDIO_BYTES, audioBytes));
        if (!fields.unknown().isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown field " + fields.unknown().get(0));
        }
        return result;
    }

    private int drop(StrictFields fields) {
        JsonNode value = fields.raw("drop");
        return value.isBoolean() ? value.booleanValue() ? 1 : 0 : (int) fields.integer("drop", 0, 1_000_000, drop);
    }

    /** The JSON that {@link #with} reads. */
    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("delay_ms", delay.toMillis())
                .put("jitter_ms", jitter.toMillis())
                .put("drop", drop);
        ArrayNode list = json.putArray("rules");
        rules.forEach(rule -> list.add(rule.toJson()));
        json.set("backpressure", backpressure == null ? null : backpressure.toJson());
        json.put("never_clear", neverClear)
                .put("refuse", refuse)
                .put("no_ready", noReady)
                .put("no_complete", noComplete)
                .put("max_inflight", maxInflight)
                .put("gaps_block", gapsBlock)
                .put("capabilities_list", capabilitiesList)
                .put("outcome", Choice.label(outcome));
        failure.into(json.putObject("failure"));
        return json.put("audio", Choice.label(fault)).put("stretch", stretch).put("audio_bytes", audioBytes);
    }
}
