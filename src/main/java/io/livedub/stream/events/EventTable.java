package io.livedub.stream.events;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A consumer that is put together from one consumer for each kind of event; what has none is passed over. What happens in a language is for who asks for the languages, or else for who asks for what happens.
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
