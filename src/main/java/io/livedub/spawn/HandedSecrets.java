package io.livedub.spawn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.bounded.BoundedJson;

/**
 * The secrets of a child: the first line that its parent says. Everybody who runs as the same user can read a process's environment and
 * arguments in {@code /proc}; nobody else can read a pipe. A private file that the child deletes was rejected: it stays when the child dies
 * before it reads.
 */
public final class HandedSecrets {
    private static final String WORD = "secrets ";
    /** The configuration has a handful of secrets of at most 16 KiB. */
    private static final int MOST_BYTES = 256 << 10;

    private HandedSecrets() {}

    /** @param secrets properties to values */
    static String line(Map<String, String> secrets) {
        ObjectNode object = BoundedJson.MAPPER.createObjectNode();
        secrets.forEach(object::put);
        return WORD + object;
    }

    /**
     * Reads the first line and nothing behind it. Blocks until the parent has said it or is gone.
     *
     * @return properties to values; empty when the parent is gone or said something else
     */
    public static Map<String, String> read(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && line.size() < MOST_BYTES; next = in.read()) {
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        Map<String, String> secrets = new LinkedHashMap<>();
        if (text.startsWith(WORD)) {
            JsonNode object = BoundedJson.MAPPER.readTree(text.substring(WORD.length()));
            object.fields()
                    .forEachRemaining(field ->
                            secrets.put(field.getKey(), field.getValue().asText()));
        }
        return secrets;
    }
}
