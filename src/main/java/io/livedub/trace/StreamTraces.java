package io.livedub.trace;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;

/** The traces of all languages of a stream: a segment has one in each. Thread-safe. */
final class StreamTraces implements Consumer<StreamEvent> {
    private final Function<String, SegmentTraces> made;
    private final Map<String, SegmentTraces> languages = new ConcurrentHashMap<>();

    /** @param made for a language */
    StreamTraces(Function<String, SegmentTraces> made) {
        this.made = made;
    }

    @Override
    public void accept(StreamEvent event) {
        if (event instanceof OfLanguage of) {
            languages.computeIfAbsent(of.language(), made).accept(of.event());
            if (of.event() instanceof LifeEvent.Gone) {
                languages.remove(of.language());
            }
        } else {
            // What concerns the stream concerns each of its languages: a segment that was cut first of all.
            languages.values().forEach(each -> each.accept(event));
        }
    }
}
