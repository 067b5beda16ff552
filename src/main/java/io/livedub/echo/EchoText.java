package io.livedub.echo;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that the echo server reads and writes, the same in every locale. */
final class EchoText {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)\\s*(ms|s)?");
    private static final int LONGEST_QUOTE = 300;

    private EchoText() {}

    static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Shortens a quotation from the wire: the journal holds hundreds of them. Null stays null. */
    static String shortened(String text) {
        return text == null || text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }

    /**
     * Reads a duration as people type it: {@code 250ms}, {@code 3s}, {@code 1.5s}, {@code 250} (ms).
     *
     * @throws IllegalArgumentException when it is not a duration
     */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(of("'%s' is not a duration such as 250ms or 3s", text));
        }
        int places = "s".equals(matcher.group(2)) ? 3 : 0;
        return Duration.ofMillis(
                new BigDecimal(matcher.group(1)).movePointRight(places).longValue());
    }
}
