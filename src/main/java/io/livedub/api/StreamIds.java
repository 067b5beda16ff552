package io.livedub.api;

import jakarta.ws.rs.WebApplicationException;

import io.livedub.config.WorkerConfig;

/** The form of an id, asked for before anything is done with it. */
final class StreamIds {
    /** Of {@link WorkerConfig#ID}, for the API's description, where it has to be a constant. */
    static final String FORM = "^[A-Za-z0-9_-]{1,64}$";

    private StreamIds() {}

    /** @throws WebApplicationException 422; the text that was given is not repeated */
    static void check(String id) {
        if (!WorkerConfig.ID.matcher(id).matches()) {
            throw StreamAnswers.refused(422, "invalid", "a stream id is " + WorkerConfig.ID.pattern());
        }
    }
}
