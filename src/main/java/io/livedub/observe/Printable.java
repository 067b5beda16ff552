package io.livedub.observe;

import java.util.Locale;

/**
 * Text of a peer as it may be shown. A line feed would forge a log line, an escape sequence would drive the reader's terminal, and a
 * change of the writing direction would show another text than the one that is there. They become visible: {@code \n}, <code>\u001b</code>.
 */
public final class Printable {
    private Printable() {}

    /** The text on one line, with at most {@code most} characters of the original. */
    public static String line(String text, int most) {
        String shown = cut(text, most);
        for (int i = 0; i < shown.length(); i++) {
            if (isUnprintable(shown.charAt(i))) {
                return escaped(shown);
            }
        }
        return shown;
    }

    /** Cuts a text that is too long, and appends how much is missing. */
    public static String cut(String text, int most) {
        if (text == null || text.length() <= most) {
            return String.valueOf(text);
        }
        // Not between the two halves of a character.
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return String.format(Locale.ROOT, "%s… (%d characters cut)", text.substring(0, end), text.length() - end);
    }

    /**
     * A JSON text with the same characters as JSON's own escapes. Everything that {@link #isUnprintable} names and that JSON allows as it is can
     * only stand inside a string there, so nothing is lost.
     */
    static String json(String json) {
        StringBuilder line = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean escape = isUnprintable(c);
            if (escape && line == null) {
                line = new StringBuilder(json.length() + 32).append(json, 0, i);
            }
            if (escape) {
                unicode(line, c);
            } else if (line != null) {
                line.append(c);
            }
        }
        return line == null ? json : line.toString();
    }

    private static String escaped(String text) {
        StringBuilder line = new StringBuilder(text.length() + 32);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (isUnprintable(c)) {
                        unicode(line, c);
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        return line.toString();
    }

    private static void unicode(StringBuilder line, char c) {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
    }

    /** C0, DEL and C1; line and paragraph separators; marks, embeddings, overrides and isolates of the writing direction. */
    private static boolean isUnprintable(char c) {
        return c < ' '
                || c >= 0x7f && c <= 0x9f
                || c == 0x061c
                || c == 0x200e
                || c == 0x200f
                || c >= 0x2028 && c <= 0x202e
                || c >= 0x2066 && c <= 0x2069
                || c == 0xfeff;
    }
}
