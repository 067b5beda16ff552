package io.livedub.bounded;

import java.io.IOException;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads the small JSON bodies of requests. As a tree: a binder would stop at the first fault and say it in its own words. */
public final class BoundedJson {
    /** For what is not the body of a request: lines of a child, answers of servers, objects that are made here. Whoever reads bounds the length first. */
    public static final JsonMapper MAPPER = new JsonMapper();

    /** Bounds on a document that hold while it is read, before any value of it is used. */
    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxDocumentLength(65_536)
            .maxNestingDepth(16)
            .maxNumberLength(64)
            .maxNameLength(256)
            .maxStringLength(65_536)
            .build();

    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(BOUNDS)
                    // A table of names that all bodies share would grow with names that somebody makes up.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .reader();

    private BoundedJson() {}

    /** @throws IOException when it is not one JSON value within the bounds; the message says where, and nothing of what stands there */
    public static JsonNode read(byte[] body) throws IOException {
        JsonNode tree;
        try {
            tree = JSON.readTree(body);
        } catch (IOException malformed) {
            throw new IOException(where(malformed), malformed);
        }
        if (tree == null || tree.isMissingNode()) {
            throw new IOException("the body is empty");
        }
        return tree;
    }

    private static String where(IOException malformed) {
        if (malformed instanceof JsonProcessingException json && json.getLocation() != null) {
            return String.format(
                    Locale.ROOT,
                    "not JSON: line %d, column %d",
                    json.getLocation().getLineNr(),
                    json.getLocation().getColumnNr());
        }
        return "not JSON";
    }

    /** The kind of a value, for a message that it is of the wrong kind. */
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case STRING -> "a string";
            default -> "null";
        };
    }
}
