package io.livedub.hook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * The query of a publisher's URL, decoded once: {@code %2520} means {@code %20}. MediaMTX escapes the whole query for its hook commands, {@code =}
 * and {@code &} too, against commands that paste it into a shell; older versions do not. Both forms are understood, so that a hook command need not
 * know the version.
 *
 * @param values by name; the first of several counts, as with MediaMTX itself
 * @param repeated names that stand more than once
 * @param cut whether there were more parameters than anybody means
 */
record HookQuery(Map<String, String> values, Set<String> repeated, boolean cut) {
    static final HookQuery NONE = new HookQuery(Map.of(), Set.of(), false);

    private static final int MOST_PARAMETERS = 64;
    private static final Pattern ESCAPED_EQUALS = Pattern.compile("%3[Dd]");

    static HookQuery decode(String query) {
        String text = asWritten(query.startsWith("?") ? query.substring(1) : query);
        if (text.isEmpty()) {
            return NONE;
        }
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> repeated = new LinkedHashSet<>();
        int from = 0;
        for (int count = 0; count < MOST_PARAMETERS && from <= text.length(); count++) {
            int end = text.indexOf('&', from);
            String pair = text.substring(from, end < 0 ? text.length() : end);
            int equals = pair.indexOf('=');
            String name = decodeOnce(equals < 0 ? pair : pair.substring(0, equals));
            if (values.putIfAbsent(name, equals < 0 ? "" : decodeOnce(pair.substring(equals + 1))) != null) {
                repeated.add(name);
            }
            from = end < 0 ? text.length() + 1 : end + 1;
        }
        return new HookQuery(values, repeated, from <= text.length());
    }

    /** A query without any {@code =} of its own has no setting, so one that has it escaped was escaped as a whole. */
    private static String asWritten(String query) {
        boolean escaped = query.indexOf('=') < 0
                && query.indexOf('&') < 0
                && ESCAPED_EQUALS.matcher(query).find();
        return escaped ? decodeOnce(query) : query;
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
        return shown + (cut ? "&…" : "");
    }
}
