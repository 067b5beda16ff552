package io.livedub.playlist;

import java.util.List;
import java.util.Optional;

import io.livedub.id.StreamId;

/** The streams of this process, as far as their viewers see them. */
public interface ViewedStreams {
    /** Empty when there is no such stream. */
    Optional<ViewedStream> stream(StreamId streamId);

    /**
     * What was said lately, oldest first.
     *
     * @param language a target's key, or the source's language for the transcript
     */
    List<Cue> captions(StreamId streamId, String language);
}
