package io.livedub.config;

import java.util.Locale;

/** A variable has a value that is not allowed. One line: the variable, the value, what is allowed. */
public class ConfigurationException extends RuntimeException {
    /** Control characters, separators of lines, halves of characters, and what changes the direction of writing. */
    static final String UNPRINTABLE = "[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069]";

    private static final long serialVersionUID = 1L;
    private static final int MOST_SHOWN = 256;

    public ConfigurationException(String message) {
        super(message);
    }

    static ConfigurationException of(String variable, String value, String allowed) {
        // A value may hold a line break or a whole file; the message is one line.
        String line = value.replaceAll(UNPRINTABLE, " ");
        line = line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "…" : line;
        return new ConfigurationException(
                String.format(Locale.ROOT, "%s='%s' is not valid: allowed is %s", variable, line, allowed));
    }
}
