package io.livedub.stream;

import java.util.Locale;

/** Pieces of WebVTT. */
public final class WebVttText {
    private WebVttText() {}

    public static void cue(StringBuilder to, long id, long startMs, long endMs, String text) {
        to.append(id)
                .append('\n')
                .append(time(startMs))
                .append(" --> ")
                .append(time(endMs))
                .append('\n')
                .append(escaped(text))
                .append("\n\n");
    }

    /** A blank line would end the cue, and what follows it would be read as one. */
    private static String escaped(String text) {
        return text.strip()
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("\\s*\\R\\s*", "\n")
                .replaceAll("[\\p{Cntrl}&&[^\n]]", " ");
    }

    public static String time(long ms) {
        long shown = Math.max(0, ms);
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%03d",
                shown / 3_600_000,
                shown / 60_000 % 60,
                shown / 1_000 % 60,
                shown % 1_000);
    }
}
