package io.livedub.stream.events;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.livedub.stream.events.LifeEvent.Gone;
import io.livedub.stream.events.StreamEvent.OfLanguage;

/** Reads the events that a child has told its parent. */
public final class ToldEvents {
    private ToldEvents() {}

    /**
     * Reads one event: {@code name} is the simple name of its class, {@code in} what {@link StreamEvent#told} gave.
     *
     * @return empty for an event that is not told
     * @throws RuntimeException when the components do not fit the event
     */
    public static Optional<StreamEvent> read(String name, Components in) {
        if (name.equals("OfLanguage")) {
            return Optional.ofNullable(ofLanguage(in));
        }
        // A reader takes components only for a name that it knows.
        return Stream.<BiFunction<String, Components, StreamEvent>>of(
                        LifeEvent::read, SegmentEvent::read, SessionEvent::read)
                .map(reader -> reader.apply(name, in))
                .filter(event -> event != null)
                .findFirst();
    }

    private static StreamEvent ofLanguage(Components in) {
        String language = in.text();
        String name = in.text();
        // An event of a language inside another one could nest as deep as a line is long.
        if (name.equals("OfLanguage")) {
            return null;
        }
        return name.equals("Gone")
                ? new OfLanguage(language, new Gone())
                : read(name, in).map(event -> event.of(language)).orElse(null);
    }
}
