package io.livedub.hook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The query of a publisher's URL, decoded once: MediaMTX passes it on as the publisher wrote it, and {@code %2520} means {@code %20}.
 *
 * @param values by name; the first of several counts, as with MediaMTX itself
 */
record HookQuery(Map<String, String> values) {
    static final HookQuery NONE = new HookQuery(Map.of());

    static HookQuery decode(String query) {
        if (query.isEmpty()) {
            return NONE;
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decodeOnce(equals < 0 ? pair : pair.substring(0, equals));
            values.putIfAbsent(name, equals < 0 ? "" : decodeOnce(pair.substring(equals + 1)));
        }
        return new HookQuery(values);
    }

    /** A text that is not an encoding stands for itself: what a publisher sends is no reason to refuse its stream. */
    private static String decodeOnce(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    /**
     * For logs: which names there are, and no value. A list of names that hold credentials was rejected: each server and each camera
     * has names of its own, and the one that is missing is the one that leaks.
     */
    @Override
    public String toString() {
        StringJoiner shown = new StringJoiner("&");
        values.forEach((name, value) -> {
            String safe = name.replaceAll("[^A-Za-z0-9_.-]", "?");
            // A query without '=' may be a bare token, and so may an overlong name.
            shown.add(value.isEmpty() || safe.length() > 32 ? "***" : safe + "=***");
        });
        return shown.toString();
    }
}
