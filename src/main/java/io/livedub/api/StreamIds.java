package io.livedub.api;

import jakarta.ws.rs.WebApplicationException;

import io.livedub.id.StreamId;

/** The form of an id, checked before anything is done with it. */
final class StreamIds {
    private StreamIds() {}

    /** @throws WebApplicationException 422; the text that was given is not repeated */
    static StreamId of(String text) {
        return StreamId.parse(text)
                .orElseThrow(() -> StreamAnswers.refused(422, "invalid", "a stream id is " + StreamId.FORM));
    }
}
