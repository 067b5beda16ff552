package io.livedub.line;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

import io.livedub.bounded.BoundedJson;
import io.livedub.stream.events.Components;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.ToldEvents;

/**
 * A stream's event as a line: a JSON array of its kind and its components, as texts. Both ends are the same build, so
 * names and versions would only be overhead.
 */
public final class EventLine {
    /** A transcript comes from STS and may be of any length; more than this is never shown. */
    private static final int LONGEST_TEXT = 4_000;

    private EventLine() {}

    /** Without a line end. Empty for what is of no use to the parent. */
    public static Optional<String> encode(StreamEvent event) {
        return event.told().map(components -> {
            ArrayNode line =
                    BoundedJson.MAPPER.createArrayNode().add(event.getClass().getSimpleName());
            for (Object component : components) {
                line.add(cut(component.toString()));
            }
            return line.toString();
        });
    }

    /** @return empty for a line that is no event */
    public static Optional<StreamEvent> decode(String line) {
        try {
            List<String> texts = new ArrayList<>();
            for (JsonNode text : BoundedJson.MAPPER.readTree(line)) {
                // Again: who speaks for a stream need not be of this build.
                texts.add(cut(text.asText()));
            }
            return texts.isEmpty()
                    ? Optional.empty()
                    : ToldEvents.read(texts.get(0), new Components(texts.subList(1, texts.size())));
        } catch (IOException | RuntimeException notOurs) {
            return Optional.empty();
        }
    }

    private static String cut(String text) {
        return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
    }
}
