package io.livedub.echo;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as one types them: {@code 250ms}, {@code 3s}, {@code 1.5s}, {@code 250} (ms). */
final class Durations {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)\\s*(ms|s)?");

    private Durations() {}

    /**
     * @throws IllegalArgumentException when it is not a duration
     */
    static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "'%s' is not a duration such as 250ms or 3s", text));
        }
        int places = "s".equals(matcher.group(2)) ? 3 : 0;
        return Duration.ofMillis(
                new BigDecimal(matcher.group(1)).movePointRight(places).longValue());
    }
}
