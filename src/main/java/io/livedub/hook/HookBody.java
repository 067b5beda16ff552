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
    /** MediaMTX limits URLs to less than this; in effect the body's limit of 64 KiB counts. */
    private static final int LONGEST_QUERY = 65_536;

    sealed interface HookReading {
        record Event(HookEvent event) implements HookReading {}

        /** Not JSON. */
        record Malformed(String what) implements HookReading {}

        /** JSON, and not an event. */
        record Invalid(List<HookFault> faults) implements HookReading {}
    }

    /** @param field where; {@code body} for the whole */
    @RegisterForReflection
    record HookFault(String field, String message) {}

    private final List<HookFault> faults = new ArrayList<>();
    private final JsonNode body;

    private HookBody(JsonNode body) {
        this.body = body;
    }

    /** @param app first part of our paths */
    static HookReading read(byte[] body, String app) {
        JsonNode tree;
        try {
            tree = BoundedJson.read(body);
        } catch (IOException malformed) {
            return new HookReading.Malformed(malformed.getMessage());
        }
        if (!tree.isObject()) {
            return new HookReading.Invalid(
                    List.of(new HookFault("body", "must be an object, is " + BoundedJson.kind(tree))));
        }
        return new HookBody(tree).event(app);
    }

    private HookReading event(String app) {
        Optional<String> path = text("path", true, LONGEST_PATH);
        Optional<String> sourceType = text("sourceType", true, LONGEST_NAME);
        Optional<String> sourceId = text("sourceId", true, LONGEST_NAME);
        Optional<String> query = text("query", false, LONGEST_QUERY);
        Optional<StreamPath> stream = path.flatMap(text -> StreamPath.parse(app, text));
        if (path.isPresent() && stream.isEmpty()) {
            faults.add(new HookFault(
                    "path",
                    String.format(Locale.ROOT, "must be %s/{id}/in or %s/{id}/out, id %s", app, app, StreamId.FORM)));
        }
        if (!faults.isEmpty()) {
            return new HookReading.Invalid(List.copyOf(faults));
        }
        return new HookReading.Event(new HookEvent(
                stream.orElseThrow(),
                sourceType.orElseThrow(),
                sourceId.orElseThrow(),
                query.map(HookQuery::decode).orElse(HookQuery.NONE)));
    }

    private Optional<String> text(String field, boolean required, int longest) {
        JsonNode value = body.get(field);
        if (value == null || (value.isNull() && !required)) {
            if (required) {
                faults.add(new HookFault(field, "is missing"));
            }
            return Optional.empty();
        }
        if (!value.isTextual()) {
            faults.add(new HookFault(field, "must be a string, is " + BoundedJson.kind(value)));
            return Optional.empty();
        }
        if (value.textValue().length() > longest) {
            faults.add(new HookFault(field, "is longer than " + longest + " characters"));
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }
}
