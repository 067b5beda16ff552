package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The pace that the server asks the worker to send at.
 *
 * @param recommendedDelayMs wait before each send while slowing down; 0: left out
 */
public record EchoPace(AskedPace action, int recommendedDelayMs) {
    static final EchoPace NONE = new EchoPace(AskedPace.NONE, 0);
    private static final int DEFAULT_DELAY_MS = 500;

    /** In the order of severity. */
    public enum AskedPace {
        NONE("low"),
        SLOW_DOWN("medium"),
        PAUSE("high");

        final String severity;

        AskedPace(String severity) {
            this.severity = severity;
        }
    }

    /**
     * One fragment over the window slows down, two pause. A worker that keeps to its window and acknowledges never sees either.
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

    /** Reads the simulation's field {@code backpressure}: an object; false or null is by load, and null here. */
    static EchoPace forced(StrictFields fields) {
        if (!fields.has("backpressure")
                || "false".equals(fields.raw("backpressure").toString())) {
            return null;
        }
        StrictFields forced = fields.object("backpressure");
        AskedPace action = forced.choice("action", AskedPace.class);
        int otherwise = action == AskedPace.SLOW_DOWN ? DEFAULT_DELAY_MS : 0;
        return new EchoPace(action, (int) forced.integer("recommended_delay_ms", 0, 60_000, otherwise));
    }

    ObjectNode toJson() {
        return Json.object()
                .put("action", EchoText.label(action))
                .put("recommended_delay_ms", recommendedDelayMs == 0 ? null : recommendedDelayMs);
    }
}
