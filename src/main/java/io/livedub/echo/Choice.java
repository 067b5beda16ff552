package io.livedub.echo;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Enum constants by the names they have on the wire: lower case, with the underscores. */
final class Choice {
    private Choice() {}

    /**
     * @throws IllegalArgumentException naming the field and what is allowed
     */
    static <E extends Enum<E>> E of(Class<E> type, String text, String field) {
        for (E constant : type.getEnumConstants()) {
            if (label(constant).equals(text)) {
                return constant;
            }
        }
        String allowed =
                Arrays.stream(type.getEnumConstants()).map(Choice::label).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                String.format(Locale.ROOT, "%s must be one of %s, got %s", field, allowed, text));
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
