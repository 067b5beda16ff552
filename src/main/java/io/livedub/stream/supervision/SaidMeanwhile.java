package io.livedub.stream.supervision;

import java.util.function.Function;

import io.livedub.config.SettingSources;
import io.livedub.id.StreamId;

/** What the other process was told of the streams' settings while this one stood by for them. */
public final class SaidMeanwhile {
    private SaidMeanwhile() {}

    /**
     * Tells the streams on air. To be called when nothing more can be said to the other process.
     *
     * @param kept what was said of a stream, as it is kept for whoever goes on with it; may block
     */
    public static void tell(StreamRegistry registry, Function<StreamId, SettingSources> kept) {
        registry.all().stream()
                .filter(stream -> stream.standsBy().isEmpty()
                        && stream.restartIn().isEmpty()
                        && !stream.status().state().isOver())
                .forEach(stream -> registry.resume(stream.streamId(), kept.apply(stream.streamId())));
    }
}
