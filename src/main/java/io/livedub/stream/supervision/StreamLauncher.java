package io.livedub.stream.supervision;

import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.id.StreamId;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamEvent;

/** Where streams run: in this process, each in a child, or elsewhere. What is behind it registers the stream's series. */
public interface StreamLauncher {
    /**
     * Starts a stream in the background. Does not block and does not throw: what goes wrong is how the stream ends.
     *
     * @param events called on any thread
     */
    RunningStream launch(StreamSpec spec, Consumer<StreamEvent> events);

    /**
     * Serving begins: reports each stream that an earlier process left on air once; the caller launches it to take it over.
     *
     * @param streamId called on any thread, possibly much later than this returns
     */
    default void findRunning(Consumer<StreamId> streamId) {}

    /** Whether streams go on without this process: its end then stops none, and the next one finds them. */
    default boolean outlivesProcess() {
        return false;
    }

    /** The trouble with the place where streams run, such as an API server that is away. Streams on air go on. Empty without trouble. */
    default Optional<String> trouble() {
        return Optional.empty();
    }
}
