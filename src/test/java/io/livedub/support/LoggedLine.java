package io.livedub.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A line that a process wrote.
 *
 * @param json null when it is no JSON object
 */
public record LoggedLine(String text, JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static LoggedLine of(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return new LoggedLine(text, node != null && node.isObject() ? node : null);
        } catch (JsonProcessingException noJson) {
            return new LoggedLine(text, null);
        }
    }

    public String message() {
        return json == null ? text : json.path("message").asText();
    }

    public String field(String name) {
        return json == null ? "" : json.path(name).asText();
    }
}
