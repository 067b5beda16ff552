package io.livedub.hook;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;

import io.livedub.bounded.BoundedJson;
import io.livedub.id.StreamId;

/** A hook's body: an event, or everything that is wrong with it. */
final class HookBody {
    private static final int LONGEST_PATH = 256;
    private static final int LONGEST_NAME = 256;
    /** What MediaMTX's own limit on a URL allows is less; the body's limit of 64 KiB is the one that counts. */
    private static final int LONGEST_QUERY = 65_536;

    sealed interface Result {
        record Event(HookEvent event) implements Result {}

        /** Not JSON. */
        record Malformed(String what) implements Result {}

        /** JSON, and not an event. */
        record Invalid(List<Fault> faults) implements Result {}
    }

    /** @param field where; {@code body} for the whole */
    @RegisterForReflection
    record Fault(String field, String message) {}

    private final List<Fault> faults = new ArrayList<>();
    private final JsonNode body;

    private HookBody(JsonNode body) {
        this.body = body;
    }

    /** @param app first part of our paths */
    static Result read(byte[] body, String app) {
        JsonNode tree;
        try {
            tree = BoundedJson.read(body);
        } catch (IOException malformed) {
            return new Result.Malformed(malformed.getMessage());
        }
        if (!tree.isObject()) {
            return new Result.Invalid(List.of(new Fault("body", "must be an object, is " + BoundedJson.kind(tree))));
        }
        return new HookBody(tree).event(app);
    }

    private Result event(String app) {
        Optional<String> path = text("path", true, LONGEST_PATH);
        Optional<String> sourceType = text("sourceType", true, LONGEST_NAME);
        Optional<String> sourceId = text("sourceId", true, LONGEST_NAME);
        Optional<String> query = text("query", false, LONGEST_QUERY);
        Optional<StreamPath> stream = path.flatMap(text -> StreamPath.parse(app, text));
        if (path.isPresent() && stream.isEmpty()) {
            faults.add(new Fault(
                    "path",
                    String.format(Locale.ROOT, "must be %s/{id}/in or %s/{id}/out, id %s", app, app, StreamId.FORM)));
        }
        if (!faults.isEmpty()) {
            return new Result.Invalid(List.copyOf(faults));
        }
        return new Result.Event(new HookEvent(
                stream.orElseThrow(),
                sourceType.orElseThrow(),
                sourceId.orElseThrow(),
                query.map(HookQuery::decode).orElse(HookQuery.NONE)));
    }

    private Optional<String> text(String field, boolean required, int longest) {
        JsonNode value = body.get(field);
        if (value == null || (value.isNull() && !required)) {
            if (required) {
                faults.add(new Fault(field, "is missing"));
            }
            return Optional.empty();
        }
        if (!value.isTextual()) {
            faults.add(new Fault(field, "must be a string, is " + BoundedJson.kind(value)));
            return Optional.empty();
        }
        if (value.textValue().length() > longest) {
            faults.add(new Fault(field, "is longer than " + longest + " characters"));
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }
}
