package io.livedub.playlist;

import java.util.List;
import java.util.Optional;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;

/** The streams of this process, as far as their viewers see them. */
public interface ViewedStreams {
    /** The languages that a stream has now; empty when there is no such stream. */
    Optional<StreamSettings> settings(StreamId streamId);

    /**
     * What was said lately, oldest first.
     *
     * @param language a target's key, or the source's language for the transcript
     */
    List<Cue> captions(StreamId streamId, String language);
}
