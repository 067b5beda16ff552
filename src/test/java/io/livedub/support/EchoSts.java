package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;

/**
 * {@link EchoServer} behind the doors of {@code sts_server.py}: its modes in terms of the echo's simulation. As strict as that one: a gap
 * in the numbers blocks what is behind it. What cannot be said in the echo's terms is an error, not ignored.
 */
public final class EchoSts implements StsServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EchoServer server;
    private ObjectNode simulation = strict();

    private EchoSts(EchoServer server) {
        this.server = server;
    }

    /** @param endPatience how long a client has to wait for {@code stream:complete} */
    public static EchoSts start(Duration endPatience) {
        try {
            EchoOptions options = EchoOptions.defaults().withEndPatience(endPatience);
            EchoSts echo = new EchoSts(new EchoServer(options).start());
            echo.reset();
            return echo;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode strict() {
        return JSON.createObjectNode().put("gaps_block", true);
    }

    @Override
    public URI url() {
        return URI.create(server.url());
    }

    @Override
    public JsonNode log() {
        ObjectNode state = server.state();
        ObjectNode log = JSON.createObjectNode();
        log.set("events", state.get("events"));
        ArrayNode violations = log.putArray("violations");
        for (JsonNode violation : state.get("violations")) {
            violations.add("%s: %s"
                    .formatted(
                            violation.get("code").asText(),
                            violation.get("message").asText()));
        }
        // The echo counts connections, and keeps no headers of them.
        ArrayNode handshakes = log.putArray("handshakes");
        for (String kind : List.of("connections", "refused connections")) {
            for (int n = state.get("counts").path(kind).asInt(); n > 0; n--) {
                handshakes.add(kind);
            }
        }
        return log;
    }

    @Override
    public void mode(Map<String, Object> mode) {
        ObjectNode next = strict();
        JSON.<ObjectNode>valueToTree(mode)
                .properties()
                .forEach(entry -> translate(entry.getKey(), entry.getValue(), next));
        simulate(next);
    }

    private static void translate(String name, JsonNode value, ObjectNode into) {
        switch (name) {
            case "connect" -> into.put("refuse", !value.booleanValue());
            case "ready" -> into.put("no_ready", !value.booleanValue());
            case "complete" -> into.put("no_complete", !value.booleanValue());
            case "results" -> into.put("drop", !value.booleanValue());
            case "status" -> into.set("outcome", value);
            case "bytes" -> into.set("audio_bytes", value);
            case "delay_ms", "max_inflight" -> into.set(name, value);
            case "fail" -> value.forEach(rule -> fail(rule, into));
            default -> throw new IllegalArgumentException("the echo has no mode " + name);
        }
    }

    private static void fail(JsonNode rule, ObjectNode into) {
        JsonNode as = rule.get("as");
        int nth = rule.get("nth").intValue();
        if (nth < 0) {
            into.set("outcome", as);
            into.putObject("failure").set("error_code", rule.get("code"));
        } else {
            ObjectNode one = into.withArray("rules")
                    .addObject()
                    .put("trigger", "sequence_number")
                    .put("value", nth);
            one.set("error_code", rule.get("code"));
            one.set("as", as);
        }
    }

    /**
     * A {@code slow_down} is asked for by the simulation, so that the echo judges how it is kept. A {@code pause} is only said: the
     * simulation's lasts, and each fragment after the first probe would be a violation.
     */
    @Override
    public void emit(String event, Map<String, Object> payload) {
        if (event.equals("backpressure") && "slow_down".equals(payload.get("action"))) {
            ObjectNode next = simulation.deepCopy();
            next.putObject("backpressure")
                    .put("action", "slow_down")
                    .put("recommended_delay_ms", Integer.valueOf((String) payload.get("recommended_delay_ms")));
            simulate(next);
        } else {
            server.emit(null, event, JSON.valueToTree(payload));
        }
    }

    @Override
    public void disconnect(String how) {
        switch (how) {
            case "goodbye" -> server.disconnect(null, how);
            case "abort" -> server.abort(null, how);
            default -> throw new IllegalArgumentException("no way to disconnect: " + how);
        }
    }

    @Override
    public void reset() {
        server.reset();
        simulate(strict());
    }

    private void simulate(ObjectNode next) {
        simulation = next;
        server.simulate(next.toString());
    }

    @Override
    public void close() {
        server.close();
    }
}
