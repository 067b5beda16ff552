package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the server asks of the worker's sending.
 *
 * @param action what to do
 * @param recommendedDelayMs wait before each send while slowing down; 0 when it is not said
 */
public record EchoPace(AskedPace action, int recommendedDelayMs) {
    static final EchoPace NONE = new EchoPace(AskedPace.NONE, 0);
    private static final int DEFAULT_DELAY_MS = 500;

    /** In the order of severity. */
    public enum AskedPace {
        NONE("low"),
        SLOW_DOWN("medium"),
        PAUSE("high");

        private final String severity;

        AskedPace(String severity) {
            this.severity = severity;
        }

        String severity() {
            return severity;
        }
    }

    /**
     * By load: one fragment over the window slows down, two pause. A worker that keeps to its window and acknowledges never sees either.
     *
     * @param inflight fragments accepted and not yet acknowledged by the worker
     */
    static EchoPace byLoad(int inflight, int maxInflight) {
        if (inflight <= maxInflight) {
            return NONE;
        }
        return inflight == maxInflight + 1
                ? new EchoPace(AskedPace.SLOW_DOWN, DEFAULT_DELAY_MS)
                : new EchoPace(AskedPace.PAUSE, 0);
    }

    /** Reads the simulation's field {@code backpressure}: an object, or false to go by load again. */
    static EchoPace forced(StrictFields fields, EchoPace otherwise) {
        JsonNode value = fields.raw("backpressure");
        if (value.isBoolean() && !value.booleanValue()) {
            return null;
        }
        if (!fields.has("backpressure")) {
            return otherwise;
        }
        StrictFields forced = fields.object("backpressure");
        AskedPace action = Choice.of(AskedPace.class, forced.text("action"), "backpressure.action");
        int unsaid = action == AskedPace.SLOW_DOWN ? DEFAULT_DELAY_MS : 0;
        return new EchoPace(action, (int) forced.integer("recommended_delay_ms", 0, 60_000, unsaid));
    }

    ObjectNode toJson() {
        return Json.object()
                .put("action", Choice.label(action))
                .put("recommended_delay_ms", recommendedDelayMs == 0 ? null : recommendedDelayMs);
    }
}
