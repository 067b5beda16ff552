package io.livedub.stream.events;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;

/** The components of an event as texts, read in their order. Throws a {@link RuntimeException} for what {@link StreamEvent#told} did not give. */
public final class Components {
    private final Iterator<String> texts;

    public Components(Iterable<String> texts) {
        this.texts = texts.iterator();
    }

    String text() {
        return texts.next();
    }

    long number() {
        return Long.parseLong(text());
    }

    boolean flag() {
        return Boolean.parseBoolean(text());
    }

    UUID id() {
        return UUID.fromString(text());
    }

    /** Whether nothing is left: earlier versions told less. */
    boolean isOver() {
        return !texts.hasNext();
    }

    Duration duration() {
        return Duration.ofNanos(number());
    }

    <E extends Enum<E>> E one(Class<E> type) {
        return Enum.valueOf(type, text());
    }

    StreamState state() {
        return StreamState.of(text(), text(), one(ExitCode.class));
    }

    /** The components that are left, as figures. */
    Map<Figure, Long> figures() {
        Map<Figure, Long> figures = new EnumMap<>(Figure.class);
        while (texts.hasNext()) {
            figures.put(one(Figure.class), number());
        }
        return figures;
    }
}
