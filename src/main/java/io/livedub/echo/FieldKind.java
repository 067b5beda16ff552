package io.livedub.echo;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;

/** What the value of one JSON field may be. Types are not coerced. */
interface FieldKind {
    FieldKind ANY = (path, value) -> value;
    FieldKind FLAG = (path, value) -> expect(value.isBoolean(), path, "true or false", value);
    FieldKind TEXT = (path, value) -> {
        if (expect(value.isTextual(), path, "a string", value).textValue().isEmpty()) {
            throw wrong(path, "must not be empty");
        }
        return value;
    };

    /**
     * @param path the field's full name
     * @return the value in the form in which it is used
     * @throws IllegalArgumentException whose message begins with the path
     */
    JsonNode read(String path, JsonNode value);

    /** @param must what is said of a text that does not fit the pattern */
    static FieldKind text(String pattern, String must) {
        return (path, value) -> {
            String text = TEXT.read(path, value).textValue();
            if (!text.matches(pattern)) {
                throw wrong(path, "must %s, got %s", must, text);
            }
            return value;
        };
    }

    static FieldKind choice(List<String> allowed) {
        String must = allowed.size() == 1 ? allowed.get(0) : "one of " + String.join(", ", allowed);
        return text(String.join("|", allowed), "be " + must);
    }

    static FieldKind integer(long min, long max) {
        return (path, value) -> {
            expect(value.isNumber(), path, "an integer", value);
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw wrong(path, "must be an integer, got %s", value.asText());
            }
            long number = value.longValue();
            if (number < min || number > max) {
                throw wrong(path, "must be %d…%d, got %d", min, max, number);
            }
            return value.canConvertToInt() ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
        };
    }

    static FieldKind number(double min, double max) {
        return (path, value) -> {
            double number = expect(value.isNumber(), path, "a number", value).doubleValue();
            if (!(number >= min && number <= max)) {
                throw wrong(path, "must be %s…%s, got %s", min, max, number);
            }
            return DoubleNode.valueOf(number);
        };
    }

    /** @throws IllegalArgumentException when the value does not fit */
    static JsonNode expect(boolean fits, String path, String what, JsonNode value) {
        if (!fits) {
            String kind = value.getNodeType().name().toLowerCase(Locale.ROOT);
            throw wrong(path, "must be %s, got %s", what, kind);
        }
        return value;
    }

    static IllegalArgumentException wrong(String path, String problem, Object... values) {
        return new IllegalArgumentException(path + " " + EchoText.of(problem, values));
    }
}
