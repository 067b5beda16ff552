package io.livedub.stream.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that can be told of a stream, in plain values: no event holds a frame, knows who told it, or who listens. Every part of a stream gives its
 * events to a {@code Consumer<StreamEvent>}, which is called on the thread of what happened and must not block or throw.
 *
 * <p>What the log says of an event, which figures it sets, and what of it a child tells its parent are methods of its record.
 */
public sealed interface StreamEvent permits LifeEvent, SegmentEvent, SessionEvent, StreamEvent.OfLanguage {
    /** The event's line in the log, if it has one. */
    default Optional<LoggedLine> line() {
        return Optional.empty();
    }

    /** Figures that this event changes. */
    default Map<Figure, Long> figures() {
        return Map.of();
    }

    /** The event's components, in the order in which {@code read} of its family takes them. Empty for an event that a child does not send to its parent. */
    default Optional<List<Object>> told() {
        return Optional.empty();
    }

    /** This event as an event of one of the stream's languages. */
    default StreamEvent of(String language) {
        return new OfLanguage(language, this);
    }

    /** Something of one of the stream's languages, which is named as in its output's path. */
    record OfLanguage(String language, StreamEvent event) implements StreamEvent {
        @Override
        public Optional<LoggedLine> line() {
            return event.line().map(line -> line.with("language", language));
        }

        @Override
        public Optional<List<Object>> told() {
            // The end of the stream itself is the parent's to tell.
            Optional<List<Object>> told = event instanceof LifeEvent.Gone ? Optional.of(List.of()) : event.told();
            return told.map(components -> {
                List<Object> all =
                        new ArrayList<>(List.of(language, event.getClass().getSimpleName()));
                all.addAll(components);
                return all;
            });
        }
    }
}
