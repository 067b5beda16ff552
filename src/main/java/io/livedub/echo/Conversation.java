package io.livedub.echo;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;

import io.livedub.echo.Journal.JournalList;

/** The protocol on one connection: what comes before, between and after its sessions. All on the event loop. */
final class Conversation {
    private final EchoServer server;
    private final EchoConnection connection;
    private final MultiMap headers;
    private final String headerStreamId;
    private Director.Script script = new Director.Script(Json.array());
    private EchoSession session;
    /** Results of the session before may still be acknowledged after a new {@code stream:init}. */
    private EchoSession previous;

    /** @param headers of the handshake */
    Conversation(EchoServer server, EchoConnection connection, MultiMap headers) {
        this.server = server;
        this.connection = connection;
        this.headers = headers;
        headerStreamId = headers.get("X-Stream-ID");
    }

    void event(String name, JsonNode payload, int chars) {
        ObjectNode heard = noted().put("event", EchoText.shortened(name));
        heard.set("payload", new Shortener().copy(payload));
        server.journal.add(JournalList.EVENTS, heard);
        String counted = name;
        switch (name) {
            case "stream:init" -> init(payload);
            case "fragment:data" -> fragment(payload, chars);
            case "config:error_simulation" -> errorSimulation(payload);
            case "fragment:ack", "stream:pause", "stream:resume", "stream:end", "simulate:disconnect" ->
                other(name, payload);
            default -> {
                counted = "unknown";
                violation("UNKNOWN_EVENT", "no event of this protocol: " + EchoText.shortened(name));
            }
        }
        server.journal.count("event " + counted);
    }

    /** The simulation was changed from outside. */
    void simulationChanged() {
        if (session != null) {
            session.simulationChanged();
        }
    }

    /** @param ours the server has ended the connection, which says nothing about the worker */
    void closed(String reason, boolean ours) {
        if (session != null) {
            session.close(reason, ours);
        }
    }

    /** Whether the connection carries this stream. */
    boolean carries(String streamId) {
        return session != null && session.streamId.equals(streamId);
    }

    void violation(String code, String message) {
        violation(code, null, "%s", message);
    }

    /** @param fragmentId null when the breach concerns no fragment */
    void violation(String code, String fragmentId, String message, Object... values) {
        String text = EchoText.shortened(EchoText.of(message, values));
        ObjectNode violation = noted().put("code", code).put("message", text);
        server.journal.add(JournalList.VIOLATIONS, violation.put("fragment_id", EchoText.shortened(fragmentId)));
    }

    /** Notes a breach, and tells the worker. */
    void refuse(String streamId, String fragmentId, EchoFailure failure) {
        violation(failure.code(), fragmentId, "%s", failure.message());
        connection.emitError(streamId, fragmentId, failure, null);
    }

    private ObjectNode noted() {
        return Json.object()
                .put("at_ms", System.currentTimeMillis())
                .put("stream_id", headerStreamId)
                .put("session_id", session == null ? null : session.id);
    }

    private void init(JsonNode payload) {
        ObjectNode init;
        try {
            init = WorkerMessages.init(payload, headers);
        } catch (IllegalArgumentException e) {
            refuse(headerStreamId, null, EchoFailure.of("INVALID_CONFIG", "%s", e.getMessage()));
            return;
        }
        unknownFields(WorkerMessages.INIT, payload, null);
        Simulation simulation = server.simulation();
        if (simulation.is("no_ready")) {
            return;
        }
        if (session != null) {
            session.close("superseded", false);
            previous = session;
        }
        int bound = simulation.json().get("max_inflight").asInt(server.options.maxInflight);
        int granted = Math.min(init.get("max_inflight").intValue(), bound);
        session = new EchoSession(connection, init, granted, headers.contains("Authorization"));
        ObjectNode ready = Json.object()
                .put("stream_id", session.streamId)
                .put("session_id", session.id)
                .put("max_inflight", granted);
        if (simulation.is("capabilities_list")) {
            ready.putArray("capabilities").add("echo").add("backpressure");
        } else {
            ready.putObject("capabilities").put("echo", true).put("backpressure", true);
        }
        connection.emit("stream:ready", ready);
        session.simulationChanged();
    }

    private void fragment(JsonNode payload, int chars) {
        if (session == null || session.ended()) {
            String id = payload.path("fragment_id").textValue();
            String problem = session == null ? "fragment:data before stream:ready" : "fragment:data after stream:end";
            refuse(headerStreamId, id, EchoFailure.of("STREAM_NOT_FOUND", problem));
        } else {
            session.fragment(payload, chars, script);
        }
    }

    private void errorSimulation(JsonNode payload) {
        ObjectNode answer = Json.object();
        try {
            ObjectNode asked = WorkerMessages.ERROR_SIMULATION.read(payload);
            JsonNode rules = asked.get("enabled").booleanValue() ? asked.get("rules") : Json.array();
            script = new Director.Script(rules);
            answer.put("status", "accepted").put("rules_count", rules.size()).putNull("message");
        } catch (IllegalArgumentException e) {
            answer.put("status", "rejected").put("rules_count", 0).put("message", EchoText.shortened(e.getMessage()));
        }
        connection.emit("config:error_simulation:ack", answer);
    }

    private void other(String name, JsonNode payload) {
        JsonShape shape = WorkerMessages.OTHERS.get(name);
        try {
            ObjectNode fields = shape.read(payload);
            switch (name) {
                case "fragment:ack" -> ack(fields);
                case "stream:pause" -> sessionOf(fields).intake.paused = true;
                case "stream:resume" -> sessionOf(fields).intake.paused = false;
                case "stream:end" -> sessionOf(fields).end();
                default -> disconnect(fields);
            }
            unknownFields(shape, payload, null);
        } catch (IllegalArgumentException e) {
            violation("INVALID_FIELD", name + ": " + e.getMessage());
        }
    }

    private void ack(ObjectNode fields) {
        String id = fields.get("fragment_id").textValue();
        String status = fields.get("status").textValue();
        boolean known = (session != null && session.ack(id, status)) || (previous != null && previous.ack(id, status));
        if (!known) {
            violation("UNEXPECTED_ACK", id, "no result of this fragment is waiting for an acknowledgement");
        }
    }

    private EchoSession sessionOf(ObjectNode fields) {
        String id = fields.get("stream_id").textValue();
        if (!carries(id)) {
            connection.emitError(id, null, EchoFailure.of("STREAM_NOT_FOUND", "no session of this stream here"), null);
            throw FieldKind.wrong("stream_id", "names a stream that has no session on this connection");
        }
        return session;
    }

    private void disconnect(ObjectNode fields) {
        long delayMs = fields.get("delay_ms").longValue();
        String reason = EchoText.shortened(fields.get("reason").textValue());
        ObjectNode answer = Json.object().put("status", "accepted").put("delay_ms", delayMs);
        connection.emit("simulate:disconnect:ack", answer);
        server.vertx.setTimer(delayMs + 1, unused -> connection.disconnect(reason));
    }

    void unknownFields(JsonShape shape, JsonNode payload, String fragmentId) {
        List<String> unknown = shape.unknown("", payload);
        if (!unknown.isEmpty()) {
            violation("UNKNOWN_FIELD", fragmentId, "%s carries %s", shape, String.join(", ", unknown));
        }
    }
}
