package io.livedub.stream.source;

import java.util.List;
import java.util.Map;

import io.smallrye.mutiny.Multi;

import io.livedub.media.SourceOddities;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.Figure;

/** Where a stream's frames come from: one source, or a source and its backup. */
public interface StreamSource {
    /** Another process has read this source until it ended; to be called before {@link #events} is subscribed to. */
    void resume();

    /** Completes when the source has ended or {@link #stop} was called; fails with {@link StreamFailure}. To be subscribed to once. */
    Multi<SourceEvent> events();

    /** The oddities of each source that is read. */
    List<SourceOddities> oddities();

    /** The figures of the backup source; empty for a source without a backup. */
    Map<Figure, Long> figures();

    /** The media server says that the publisher is gone: without a word to the contrary the source has ended when the grace time is over. */
    void notReady();

    /** The media server says that a publisher is there. */
    void ready();

    /** No more is read; {@link #events} completes. Does not block. */
    void stop();
}
