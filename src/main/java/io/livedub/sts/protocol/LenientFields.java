package io.livedub.sts.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads one JSON object leniently: null is absent, numbers may be strings and strings numbers, what is neither is absent. */
final class LenientFields {
    private final Map<?, ?> map;

    private LenientFields(Map<?, ?> map) {
        this.map = map;
    }

    static Optional<LenientFields> of(Object value) {
        return value instanceof Map<?, ?> map ? Optional.of(new LenientFields(map)) : Optional.empty();
    }

    Object raw(String name) {
        return map.get(name);
    }

    Optional<LenientFields> object(String name) {
        return of(map.get(name));
    }

    /** Cut at {@code maxChars}. */
    Optional<String> text(String name, int maxChars) {
        Object value = map.get(name);
        if (!(value instanceof String) && !(value instanceof Number) && !(value instanceof Boolean)) {
            return Optional.empty();
        }
        String text = value.toString();
        return Optional.of(text.length() <= maxChars ? text : text.substring(0, maxChars));
    }

    /** The integer part, clamped to the given range. */
    OptionalLong number(String name, long min, long max) {
        Object value = map.get(name);
        double number;
        if (value instanceof Number given) {
            number = given.doubleValue();
        } else if (value instanceof String text && text.length() <= 32) {
            try {
                number = Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                return OptionalLong.empty();
            }
        } else {
            return OptionalLong.empty();
        }
        return Double.isNaN(number)
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(max, Math.max(min, (long) number)));
    }

    Optional<Boolean> flag(String name) {
        Object value = map.get(name);
        if (value instanceof Boolean flag) {
            return Optional.of(flag);
        }
        return text(name, 8).flatMap(text -> switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> Optional.of(true);
            case "false", "0" -> Optional.of(false);
            default -> Optional.empty();
        });
    }
}
