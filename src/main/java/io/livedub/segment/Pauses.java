package io.livedub.segment;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import io.livedub.media.Frame;

/** Finds where a segment can end without cutting a word. */
@FunctionalInterface
public interface Pauses {
    /**
     * Begins to search and returns at once: decoding would hold up the thread that takes the source's frames.
     *
     * @param audio frames in order, from some time before {@code fromNs} to {@code toNs}
     * @return an instant between the two on the stream's timeline; empty when no place is quiet enough
     */
    CompletableFuture<OptionalLong> search(List<Frame> audio, long fromNs, long toNs);
}
