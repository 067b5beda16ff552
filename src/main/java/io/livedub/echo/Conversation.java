package io.livedub.echo;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;

import io.livedub.echo.Journal.JournalList;

/** The protocol on one connection: what comes before, between and after its sessions. All on the event loop. */
final class Conversation {
    private static final int MAX_SIMULATED_DELAY_MS = 600_000;
    private final EchoContext context;
    private final EchoConnection connection;
    private final String headerStreamId;
    private final String headerWorkerId;
    private final boolean authorization;
    private Director.Script script = new Director.Script(List.of());
    private EchoSession session;
    /** Results of the session before may still be acknowledged after a new {@code stream:init}. */
    private EchoSession previous;

    /** @param headers of the handshake */
    Conversation(EchoContext context, EchoConnection connection, MultiMap headers) {
        this.context = context;
        this.connection = connection;
        headerStreamId = headers.get("X-Stream-ID");
        headerWorkerId = headers.get("X-Worker-ID");
        authorization = headers.contains("Authorization");
    }

    void event(String name, JsonNode payload, int chars) {
        ObjectNode heard = noted().put("event", EchoText.shortened(name));
        heard.set("payload", new Shortener().copy(payload));
        context.journal().add(JournalList.EVENTS, heard);
        String counted = name;
        switch (name) {
            case "stream:init" -> init(payload);
            case "fragment:data" -> fragment(payload, chars);
            case "fragment:ack" -> ack(payload);
            case "stream:pause" -> pause(payload, true);
            case "stream:resume" -> pause(payload, false);
            case "stream:end" -> end(payload);
            case "config:error_simulation" -> errorSimulation(payload);
            case "simulate:disconnect" -> simulateDisconnect(payload);
            default -> {
                counted = "unknown";
                violation("UNKNOWN_EVENT", "no event of this protocol: " + EchoText.shortened(name));
            }
        }
        context.journal().count("event " + counted);
    }

    /** The simulation was changed from outside. */
    void simulationChanged() {
        if (session != null) {
            session.simulationChanged();
        }
    }

    void closed(String reason) {
        if (session != null) {
            session.close(reason);
        }
    }

    /** Whether the connection carries this stream. */
    boolean carries(String streamId) {
        return session != null && session.streamId().equals(streamId);
    }

    void disconnect(String reason) {
        connection.disconnect(reason);
    }

    void violation(String code, String message) {
        violation(code, message, null);
    }

    /** @param fragmentId null when the breach concerns no fragment */
    void violation(String code, String message, String fragmentId) {
        ObjectNode violation = noted().put("code", code).put("message", EchoText.shortened(message));
        context.journal().add(JournalList.VIOLATIONS, violation.put("fragment_id", fragmentId));
    }

    private ObjectNode noted() {
        return Json.object()
                .put("at_ms", System.currentTimeMillis())
                .put("stream_id", headerStreamId)
                .put("session_id", session == null ? null : session.id());
    }

    private void init(JsonNode payload) {
        StreamInit init;
        try {
            init = StreamInit.parse(payload, headerStreamId, headerWorkerId);
        } catch (StrictFields.InvalidFieldException e) {
            violation("INVALID_CONFIG", e.getMessage());
            connection.emitError(headerStreamId, null, EchoFailure.of("INVALID_CONFIG", e.getMessage()), null);
            return;
        }
        unknownFields("stream:init", init.unknown(), null);
        Simulation simulation = context.director().simulation();
        if (simulation.noReady()) {
            return;
        }
        if (session != null) {
            session.close("superseded");
            previous = session;
        }
        Integer bound = simulation.maxInflight();
        int granted = Math.min(init.maxInflight(), bound == null ? context.options().maxInflight : bound);
        session = new EchoSession(context, connection, this, init, granted, authorization);
        connection.emit("stream:ready", ready(init, granted, simulation.capabilitiesList()));
        session.simulationChanged();
    }

    private ObjectNode ready(StreamInit init, int granted, boolean list) {
        ObjectNode ready = Json.object()
                .put("stream_id", init.streamId())
                .put("session_id", session.id())
                .put("max_inflight", granted);
        if (list) {
            ready.putArray("capabilities").add("echo").add("backpressure");
        } else {
            ready.putObject("capabilities").put("echo", true).put("backpressure", true);
        }
        return ready;
    }

    private void fragment(JsonNode payload, int chars) {
        if (session == null || session.ended()) {
            String id = payload.path("fragment_id").textValue();
            String problem = session == null ? "fragment:data before stream:ready" : "fragment:data after stream:end";
            violation("STREAM_NOT_FOUND", problem, id);
            connection.emitError(headerStreamId, id, EchoFailure.of("STREAM_NOT_FOUND", problem), null);
            return;
        }
        session.fragment(payload, chars, script);
    }

    private void ack(JsonNode payload) {
        read("fragment:ack", payload, fields -> {
            String id = fields.text("fragment_id");
            String status = fields.text("status");
            fields.integer("timestamp", 1, Long.MAX_VALUE);
            if (!"applied".equals(status) && !"received".equals(status)) {
                throw fields.invalid("status", "must be applied or received, got " + status);
            }
            boolean known =
                    (session != null && session.ack(id, status)) || (previous != null && previous.ack(id, status));
            if (!known) {
                violation("UNEXPECTED_ACK", "no result of this fragment is waiting for an acknowledgement", id);
            }
        });
    }

    private void pause(JsonNode payload, boolean paused) {
        read(paused ? "stream:pause" : "stream:resume", payload, fields -> {
            requireStream(fields);
            if (paused) {
                fields.text("reason", null);
            }
            if (session != null) {
                session.pause(paused);
            }
        });
    }

    private void end(JsonNode payload) {
        read("stream:end", payload, fields -> {
            requireStream(fields);
            fields.text("reason", null);
            if (session != null) {
                session.end();
            }
        });
    }

    private void requireStream(StrictFields fields) {
        String id = fields.text("stream_id");
        if (session == null || !session.streamId().equals(id)) {
            connection.emitError(id, null, EchoFailure.of("STREAM_NOT_FOUND", "no session of this stream here"), null);
            throw fields.invalid("stream_id", "names a stream that has no session on this connection");
        }
    }

    private void errorSimulation(JsonNode payload) {
        ObjectNode answer = Json.object();
        try {
            StrictFields fields = StrictFields.of(payload, "config:error_simulation");
            boolean enabled = fields.flag("enabled", true);
            List<ErrorRule> rules = ErrorRule.parseAll(fields.raw("rules"));
            script = new Director.Script(enabled ? rules : List.of());
            answer.put("status", "accepted").put("rules_count", enabled ? rules.size() : 0);
            answer.putNull("message");
        } catch (IllegalArgumentException e) {
            answer.put("status", "rejected").put("rules_count", 0).put("message", EchoText.shortened(e.getMessage()));
        }
        connection.emit("config:error_simulation:ack", answer);
    }

    private void simulateDisconnect(JsonNode payload) {
        read("simulate:disconnect", payload, fields -> {
            long delayMs = fields.integer("delay_ms", 0, MAX_SIMULATED_DELAY_MS, 0);
            String reason = fields.text("reason", "simulated");
            ObjectNode answer = Json.object().put("status", "accepted").put("delay_ms", delayMs);
            connection.emit("simulate:disconnect:ack", answer);
            context.vertx().setTimer(delayMs + 1, unused -> connection.disconnect(EchoText.shortened(reason)));
        });
    }

    private void read(String event, JsonNode payload, Consumer<StrictFields> reader) {
        try {
            StrictFields fields = StrictFields.of(payload, event);
            reader.accept(fields);
            unknownFields(event, fields.unknown(), null);
        } catch (StrictFields.InvalidFieldException e) {
            violation("INVALID_FIELD", event + ": " + e.getMessage());
        }
    }

    void unknownFields(String event, List<String> unknown, String fragmentId) {
        if (!unknown.isEmpty()) {
            violation("UNKNOWN_FIELD", event + " carries " + String.join(", ", unknown), fragmentId);
        }
    }
}
