package io.livedub.echo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the fields of one JSON object strictly: types are not coerced, ranges are held, and what nobody asked for is remembered. */
final class StrictFields {
    private final JsonNode node;
    private final String path;
    private final Set<String> known = new HashSet<>();
    private final List<StrictFields> children = new ArrayList<>();

    private StrictFields(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /**
     * @throws InvalidFieldException when it is not an object
     */
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
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw invalid(name, "must be a string, got " + kind(value));
        }
        if (value.textValue().isEmpty()) {
            throw invalid(name, "must not be empty");
        }
        return value.textValue();
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    long integer(String name, long min, long max) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw invalid(name, "must be an integer, got " + (value.isNumber() ? value.asText() : kind(value)));
        }
        long number = value.longValue();
        if (number < min || number > max) {
            throw invalid(name, String.format(Locale.ROOT, "must be %d…%d, got %d", min, max, number));
        }
        return number;
    }

    long integer(String name, long min, long max, long otherwise) {
        return has(name) ? integer(name, min, max) : otherwise;
    }

    double number(String name, double min, double max, double otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = node.get(name);
        if (!value.isNumber()) {
            throw invalid(name, "must be a number, got " + kind(value));
        }
        if (!(value.doubleValue() >= min && value.doubleValue() <= max)) {
            throw invalid(name, String.format(Locale.ROOT, "must be %s…%s, got %s", min, max, value.asText()));
        }
        return value.doubleValue();
    }

    boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = node.get(name);
        if (!value.isBoolean()) {
            throw invalid(name, "must be true or false, got " + kind(value));
        }
        return value.booleanValue();
    }

    StrictFields object(String name) {
        JsonNode value = required(name);
        if (!value.isObject()) {
            throw invalid(name, "must be an object, got " + kind(value));
        }
        StrictFields child = new StrictFields(value, path + name + ".");
        children.add(child);
        return child;
    }

    /** Lets every field of this object be. */
    void allowAny() {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            known.add(names.next());
        }
    }

    /** Full names of the fields that were not asked for, in this object and in those taken from it. */
    List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                unknown.add(path + name);
            }
        }
        for (StrictFields child : children) {
            unknown.addAll(child.unknown());
        }
        return unknown;
    }

    InvalidFieldException invalid(String name, String problem) {
        return new InvalidFieldException(path + name, problem);
    }

    private JsonNode required(String name) {
        if (!has(name)) {
            throw invalid(name, "is missing");
        }
        return node.get(name);
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
