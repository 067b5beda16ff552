package io.livedub.stream.chain;

import java.util.function.Consumer;

import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamEvent;

/** Puts a stream worker together. */
public interface StreamFactory {
    /**
     * Not started yet; {@link StreamWorker#run()} starts it. Blocking: the segment folder is looked through.
     *
     * @param events told what happens to the stream, on its threads; must not block or throw
     */
    StreamWorker create(StreamSpec spec, Consumer<StreamEvent> events);
}
