package io.livedub.config;

import java.util.regex.Pattern;

/** The form of a stream's id: the id is a part of paths, URLs, headers and labels, so it holds nothing that any of them would have to escape. */
public final class StreamId {
    /** The allowed form, for messages. */
    public static final String FORM = "[A-Za-z0-9_-]{1,64}";

    /** The same for a JSON schema, which looks for a match anywhere unless the pattern says otherwise. */
    public static final String SCHEMA = "^" + FORM + "$";

    private static final Pattern PATTERN = Pattern.compile(FORM);

    private StreamId() {}

    public static boolean isValid(String text) {
        return PATTERN.matcher(text).matches();
    }
}
