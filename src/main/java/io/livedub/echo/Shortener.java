package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Copies a payload for the journal: texts to their first {@value #MAX_TEXT} characters and their length, the whole to {@value #MAX_NODES}
 * values. A client must not be able to fill the memory with what it makes up.
 */
final class Shortener {
    static final int MAX_TEXT = 100;
    /** The largest event of the protocol has 15. */
    static final int MAX_NODES = 60;

    private int left = MAX_NODES;

    JsonNode copy(JsonNode node) {
        left--;
        if (node.isObject()) {
            ObjectNode copy = Json.object();
            for (var field : node.properties()) {
                if (left > 0) {
                    copy.set(cut(field.getKey()), copy(field.getValue()));
                }
            }
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Json.array();
            for (int i = 0; i < node.size() && left > 0; i++) {
                copy.add(copy(node.get(i)));
            }
            return copy;
        }
        // An integer of a thousand digits is JSON, too.
        boolean unbounded = node.isTextual() || node.isBigInteger() || node.isBigDecimal();
        return unbounded ? TextNode.valueOf(cut(node.asText())) : node;
    }

    private static String cut(String text) {
        boolean fits = text.length() <= MAX_TEXT;
        return fits ? text : EchoText.of("%s… (%d characters)", text.substring(0, MAX_TEXT), text.length());
    }
}
