package io.livedub.echo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the fields of one JSON object strictly: types are not coerced, ranges are held, and fields that nobody asked for are remembered. */
final class StrictFields {
    private final JsonNode node;
    private final String path;
    private final Set<String> known = new HashSet<>();
    private final List<StrictFields> children = new ArrayList<>();

    private StrictFields(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /** @throws InvalidFieldException when it is not an object */
    static StrictFields of(JsonNode node, String name) {
        if (!node.isObject()) {
            throw new InvalidFieldException(name, "must be an object, got " + kind(node));
        }
        return new StrictFields(node, "");
    }

    boolean has(String name) {
        known.add(name);
        return node.hasNonNull(name);
    }

    JsonNode raw(String name) {
        known.add(name);
        return node.path(name);
    }

    String text(String name) {
        String text = required(name, JsonNode::isTextual, "a string").textValue();
        if (text.isEmpty()) {
            throw invalid(name, "must not be empty");
        }
        return text;
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    /** A text that has to be this one. */
    void only(String name, String allowed) {
        String text = text(name);
        if (!text.equals(allowed)) {
            throw invalid(name, EchoText.of("must be %s, got %s", allowed, text));
        }
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) {
        return EchoText.choice(type, text(name), path + name);
    }

    long integer(String name, long min, long max) {
        JsonNode value = required(name, JsonNode::isNumber, "an integer");
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw invalid(name, "must be an integer, got " + value.asText());
        }
        if (value.longValue() < min || value.longValue() > max) {
            throw invalid(name, EchoText.of("must be %d…%d, got %d", min, max, value.longValue()));
        }
        return value.longValue();
    }

    long integer(String name, long min, long max, long otherwise) {
        return has(name) ? integer(name, min, max) : otherwise;
    }

    double number(String name, double min, double max) {
        double value = required(name, JsonNode::isNumber, "a number").doubleValue();
        if (!(value >= min && value <= max)) {
            throw invalid(name, EchoText.of("must be %s…%s, got %s", min, max, value));
        }
        return value;
    }

    boolean flag(String name, boolean otherwise) {
        return has(name) ? required(name, JsonNode::isBoolean, "true or false").booleanValue() : otherwise;
    }

    StrictFields object(String name) {
        StrictFields child = new StrictFields(required(name, JsonNode::isObject, "an object"), path + name + ".");
        children.add(child);
        return child;
    }

    /** Allows every field of this object. */
    void allowAny() {
        node.fieldNames().forEachRemaining(known::add);
    }

    /** Full names of the fields that were not asked for, in this object and in the objects taken from it. */
    List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                unknown.add(path + name);
            }
        });
        children.forEach(child -> unknown.addAll(child.unknown()));
        return unknown;
    }

    /** @throws IllegalArgumentException naming the first field that was not asked for */
    void refuseUnknown() {
        if (!unknown().isEmpty()) {
            throw new IllegalArgumentException("unknown field " + unknown().get(0));
        }
    }

    InvalidFieldException invalid(String name, String problem) {
        return new InvalidFieldException(path + name, problem);
    }

    private JsonNode required(String name, Predicate<JsonNode> fits, String expected) {
        if (!has(name)) {
            throw invalid(name, "is missing");
        }
        JsonNode value = node.get(name);
        if (!fits.test(value)) {
            throw invalid(name, EchoText.of("must be %s, got %s", expected, kind(value)));
        }
        return value;
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /** A field that is missing, of the wrong type or out of range. The message begins with its full name. */
    static final class InvalidFieldException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
        private final String field;

        InvalidFieldException(String field, String problem) {
            super(field + " " + problem);
            this.field = field;
        }

        String field() {
            return field;
        }
    }
}
