package io.livedub.api;

import jakarta.ws.rs.WebApplicationException;

import io.livedub.config.StreamId;

/** The form of an id, asked for before anything is done with it. */
final class StreamIds {
    private StreamIds() {}

    /** @throws WebApplicationException 422; the text that was given is not repeated */
    static void check(String id) {
        if (!StreamId.isValid(id)) {
            throw StreamAnswers.refused(422, "invalid", "a stream id is " + StreamId.FORM);
        }
    }
}
