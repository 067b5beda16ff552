package io.livedub.id;

import java.util.regex.Pattern;

/**
 * The form of every id that becomes a part of a path, a URL, a header or a label: of a stream, a worker, a fragment. None of these places
 * has to escape anything of it.
 */
public final class IdForm {
    /** What is allowed, as a regular expression, for messages and patterns. */
    public static final String TEXT = "[A-Za-z0-9_-]{1,64}";

    /** The greatest number of characters. */
    public static final int LONGEST = 64;

    public static final Pattern PATTERN = Pattern.compile(TEXT);

    private IdForm() {}

    /** @param text null has no form */
    public static boolean matches(String text) {
        return text != null && PATTERN.matcher(text).matches();
    }
}
