package io.livedub.echo;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The pace that one session was asked for, and whether the worker keeps to it. A pace is what a {@code backpressure} says of it. */
final class Pressure {
    private static final List<String> ACTIONS = List.of("none", "slow_down", "pause");
    /** In the same order. */
    private static final List<String> SEVERITIES = List.of("low", "medium", "high");

    private static final int DEFAULT_DELAY_MS = 500;
    /** A fragment that was on its way when the request went out does not count against the worker. */
    private static final long GRACE_MS = 500;
    /** A paused worker may probe. How long it waits before is its own configuration; that it waits is not. */
    private static final long PAUSE_MS = 1000;
    /** Clocks and the way of the message may make a proper wait look this much shorter. */
    private static final double TOLERANCE = 0.8;

    private static final JsonShape FORCED = new JsonShape("backpressure")
            .required("action", FieldKind.choice(ACTIONS))
            .optional("recommended_delay_ms", null, FieldKind.integer(0, 60_000));

    private final int maxInflight;
    private JsonNode asked = pace(0, null);
    private long askedMs;
    private long arrivalMs;

    Pressure(int maxInflight) {
        this.maxInflight = maxInflight;
    }

    private static ObjectNode pace(int severity, Integer delayMs) {
        return Json.object().put("action", ACTIONS.get(severity)).put("recommended_delay_ms", delayMs);
    }

    /** Reads the simulation's field {@code backpressure}: an object; false is by load, as null is. */
    static JsonNode forced(String path, JsonNode value) {
        if (value.isBoolean() && !value.booleanValue()) {
            return NullNode.getInstance();
        }
        ObjectNode forced = FORCED.readAll(path, value);
        boolean unsaid = forced.get("recommended_delay_ms").isNull();
        return unsaid && severity(forced) == 1 ? forced.put("recommended_delay_ms", DEFAULT_DELAY_MS) : forced;
    }

    private static int severity(JsonNode pace) {
        return ACTIONS.indexOf(pace.get("action").textValue());
    }

    /** One fragment over the window slows down, two pause. A worker that keeps to its window and acknowledges never sees either. */
    private ObjectNode byLoad(int inflight) {
        int over = Math.max(0, Math.min(2, inflight - maxInflight));
        return pace(over, over == 1 ? DEFAULT_DELAY_MS : null);
    }

    /** The action that was asked for last. */
    String asked() {
        return asked.get("action").textValue();
    }

    /**
     * A fragment has come.
     *
     * @return how it breaks what was asked; null when it does not
     */
    String arrived(long nowMs) {
        long least =
                switch (asked()) {
                    case "slow_down" ->
                        Math.round(TOLERANCE * asked.get("recommended_delay_ms").intValue());
                    case "pause" -> PAUSE_MS;
                    default -> 0;
                };
        long waited = nowMs - Math.max(askedMs, arrivalMs);
        arrivalMs = nowMs;
        if (nowMs - askedMs <= GRACE_MS || waited >= least) {
            return null;
        }
        return EchoText.of("sent %d ms after the last one, asked for %s", waited, asked);
    }

    /**
     * @param inflight fragments accepted and not yet acknowledged by the worker
     * @param arrival a fragment has just come: the only time at which a server that never clears takes something back
     * @return the pace to ask for now; null when nothing changes
     */
    ObjectNode update(Simulation simulation, int inflight, boolean arrival, long nowMs) {
        JsonNode forced = simulation.json().get("backpressure");
        JsonNode wanted = forced.isNull() ? byLoad(inflight) : forced;
        boolean clearing = severity(wanted) < severity(asked);
        if (wanted.equals(asked) || (clearing && simulation.is("never_clear") && !arrival)) {
            return null;
        }
        asked = wanted;
        askedMs = nowMs;
        return wanted.<ObjectNode>deepCopy().put("severity", SEVERITIES.get(severity(wanted)));
    }
}
