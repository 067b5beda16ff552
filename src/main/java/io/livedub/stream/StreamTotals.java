package io.livedub.stream;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamEvent;

/** A stream's events, counted, and the last of its figures. Thread-safe. */
final class StreamTotals implements Consumer<StreamEvent> {
    private final Map<Class<? extends StreamEvent>, Long> events = new HashMap<>();
    private final Map<String, Long> fallbacks = new TreeMap<>();
    private final Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    private long dubbed;

    @Override
    public synchronized void accept(StreamEvent event) {
        events.merge(event.getClass(), 1L, Long::sum);
        figures.putAll(event.figures());
        if (event instanceof StreamEvent.Aired aired && aired.dubbed()) {
            dubbed++;
        } else if (event instanceof StreamEvent.Fallback fallback) {
            fallbacks.merge(fallback.reason().label(), 1L, Long::sum);
        }
    }

    synchronized long count(Class<? extends StreamEvent> kind) {
        return events.getOrDefault(kind, 0L);
    }

    synchronized long dubbed() {
        return dubbed;
    }

    /** Segments aired with original audio, by the label of the reason. */
    synchronized Map<String, Long> fallbacks() {
        return new TreeMap<>(fallbacks);
    }

    /** As far as they are known. */
    synchronized Map<Figure, Long> figures() {
        return Map.copyOf(figures);
    }
}
