package io.livedub.echo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The fields that a JSON object has, one row for each. The message of an error names the first wrong field in full. A field that is null counts
 * as absent.
 */
final class JsonShape implements FieldKind {
    /** @param otherwise value of a field that is absent; null when the field must be there */
    private record FieldRow(FieldKind kind, JsonNode otherwise) {}

    private final String name;
    private final Map<String, FieldRow> rows = new LinkedHashMap<>();
    private boolean open;

    /** @param name of the whole, for the message that it is no object */
    JsonShape(String name) {
        this.name = name;
    }

    JsonShape required(String field, FieldKind kind) {
        rows.put(field, new FieldRow(kind, null));
        return this;
    }

    /** @param otherwise a text, number, flag, list or map; null is itself a value */
    JsonShape optional(String field, Object otherwise, FieldKind kind) {
        rows.put(field, new FieldRow(kind, Json.of(otherwise)));
        return this;
    }

    /** Lets the object have any other field as well. */
    JsonShape andMore() {
        open = true;
        return this;
    }

    /** The object of a whole message, with the fields of this shape only. */
    ObjectNode read(JsonNode value) {
        return read("", value);
    }

    @Override
    public ObjectNode read(String path, JsonNode value) {
        FieldKind.expect(value.isObject(), path.isEmpty() ? name : path, "an object", value);
        ObjectNode read = Json.object();
        rows.forEach((field, row) -> {
            String full = below(path, field);
            JsonNode given = value.hasNonNull(field) ? value.get(field) : row.otherwise;
            if (given == null) {
                throw FieldKind.wrong(full, "is missing");
            }
            read.set(field, given.isNull() ? given : row.kind.read(full, given));
        });
        return read;
    }

    /** The same, and a field that the shape does not have is an error. */
    ObjectNode readAll(String path, JsonNode value) {
        ObjectNode read = read(path, value);
        for (String unknown : unknown(path, value)) {
            throw new IllegalArgumentException("unknown field " + unknown);
        }
        return read;
    }

    /** Full names of the fields that the shape does not have, in the object and then in the objects below it. */
    List<String> unknown(String path, JsonNode value) {
        List<String> unknown = new ArrayList<>();
        value.fieldNames().forEachRemaining(field -> {
            if (!open && !rows.containsKey(field)) {
                unknown.add(below(path, field));
            }
        });
        rows.forEach((field, row) -> {
            if (row.kind instanceof JsonShape shape) {
                unknown.addAll(shape.unknown(below(path, field), value.path(field)));
            }
        });
        return unknown;
    }

    private static String below(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    @Override
    public String toString() {
        return name;
    }
}
