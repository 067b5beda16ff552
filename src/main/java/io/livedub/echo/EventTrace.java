package io.livedub.echo;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One event as it was heard, right or wrong.
 *
 * @param atMs when it came, Unix time
 * @param streamId of the handshake; null when it came without
 * @param sessionId of the session it came in; null before any
 * @param event its name
 * @param payload shortened: texts to their first {@value #MAX_TEXT} characters and their length, the whole to {@value #MAX_NODES} values
 */
record EventTrace(long atMs, String streamId, String sessionId, String event, JsonNode payload) {
    static final int MAX_TEXT = 100;

    /** The largest event of the protocol has 15. What a client makes up must not fill the memory. */
    static final int MAX_NODES = 60;

    static EventTrace of(String streamId, String sessionId, String event, JsonNode payload) {
        JsonNode kept = new Shortener().copy(payload);
        return new EventTrace(System.currentTimeMillis(), streamId, sessionId, event, kept);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("at_ms", atMs)
                .put("stream_id", streamId)
                .put("session_id", sessionId)
                .put("event", event);
        json.set("payload", payload);
        return json;
    }

    private static final class Shortener {
        private int left = MAX_NODES;

        JsonNode copy(JsonNode node) {
            left--;
            if (node.isObject()) {
                ObjectNode copy = Json.object();
                for (var field : node.properties()) {
                    if (left <= 0) {
                        break;
                    }
                    copy.set(cut(field.getKey()), copy(field.getValue()));
                }
                return copy;
            }
            if (node.isArray()) {
                ArrayNode copy = Json.array();
                for (JsonNode element : node) {
                    if (left <= 0) {
                        break;
                    }
                    copy.add(copy(element));
                }
                return copy;
            }
            return node.isTextual() ? Json.text(cut(node.textValue())) : number(node);
        }

        /** An integer of a thousand digits is JSON too. */
        private static JsonNode number(JsonNode node) {
            boolean unbounded = node.isBigInteger() || node.isBigDecimal();
            return unbounded ? Json.text(cut(node.asText())) : node;
        }

        private static String cut(String text) {
            return text.length() <= MAX_TEXT
                    ? text
                    : String.format(Locale.ROOT, "%s… (%d characters)", text.substring(0, MAX_TEXT), text.length());
        }
    }
}
