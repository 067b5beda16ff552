package io.livedub.stream.events;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Calls one consumer for each kind of event, and ignores events without a consumer. An event of a language goes to the consumer of {@code OfLanguage}; without it, to the consumer of the inner event's kind.
 */
public final class EventTable implements Consumer<StreamEvent> {
    private final Map<Class<? extends StreamEvent>, Consumer<StreamEvent>> byKind = new HashMap<>();

    public <E extends StreamEvent> EventTable on(Class<E> kind, Consumer<? super E> consumer) {
        Consumer<StreamEvent> cast = event -> consumer.accept(kind.cast(event));
        byKind.merge(kind, cast, Consumer::andThen);
        return this;
    }

    @Override
    public void accept(StreamEvent event) {
        Consumer<StreamEvent> consumer = byKind.get(event.getClass());
        if (consumer != null) {
            consumer.accept(event);
        } else if (event instanceof StreamEvent.OfLanguage of) {
            accept(of.event());
        }
    }
}
