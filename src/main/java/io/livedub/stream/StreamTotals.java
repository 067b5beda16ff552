package io.livedub.stream;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.livedub.stream.events.Figure;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;

/**
 * A stream's events, counted over all of its languages, and the last of its figures; of those that each language has,
 * the first one's. Thread-safe.
 */
public final class StreamTotals implements Consumer<StreamEvent> {
    private final Map<Class<? extends StreamEvent>, Long> events = new HashMap<>();
    private final Map<String, Long> fallbacks = new TreeMap<>();
    private final Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    private String firstLanguage;
    private long dubbed;

    @Override
    public synchronized void accept(StreamEvent event) {
        if (event instanceof StreamEvent.OfLanguage of) {
            firstLanguage = firstLanguage == null ? of.language() : firstLanguage;
            count(of.event(), of.language().equals(firstLanguage));
        } else {
            count(event, true);
        }
    }

    private void count(StreamEvent event, boolean measures) {
        events.merge(event.getClass(), 1L, Long::sum);
        if (measures) {
            figures.putAll(event.figures());
        }
        if (event instanceof SegmentEvent.Aired aired && aired.dubbed()) {
            dubbed++;
        } else if (event instanceof SegmentEvent.Fallback fallback) {
            fallbacks.merge(fallback.reason().label(), 1L, Long::sum);
        }
    }

    public synchronized long count(Class<? extends StreamEvent> kind) {
        return events.getOrDefault(kind, 0L);
    }

    public synchronized long dubbed() {
        return dubbed;
    }

    /** Segments aired with original audio, by the label of the reason. */
    public synchronized Map<String, Long> fallbacks() {
        return new TreeMap<>(fallbacks);
    }

    /** The last figures, as far as they are known. */
    public synchronized Map<Figure, Long> figures() {
        return Map.copyOf(figures);
    }
}
