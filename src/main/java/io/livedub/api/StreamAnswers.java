package io.livedub.api;

import java.util.Locale;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import io.livedub.id.StreamId;
import io.livedub.stream.supervision.StartAnswer;

/** Answers to a request for a stream, the same for every route. */
final class StreamAnswers {
    private static final int RETRY_AFTER_S = 10;

    private StreamAnswers() {}

    static Response of(StartAnswer answer, StreamId id) {
        if (answer instanceof StartAnswer.ShuttingDown) {
            return message(503, "shutting_down", "the worker is shutting down", id, null);
        }
        if (answer instanceof StartAnswer.Full full) {
            return Response.fromResponse(message(
                            429,
                            "capacity_reached",
                            String.format(Locale.ROOT, "the capacity of %d streams is reached", full.limit()),
                            id,
                            null))
                    .header("Retry-After", RETRY_AFTER_S)
                    .build();
        }
        StartAnswer.Accepted accepted = (StartAnswer.Accepted) answer;
        return message(
                accepted.isNew() ? 201 : 200,
                "worker_started",
                "the stream's worker runs",
                id,
                accepted.correlationId());
    }

    static Response unknown(StreamId id) {
        return message(404, "unknown", "no such stream", id, null);
    }

    static Response message(int status, String code, String message, StreamId id, String correlationId) {
        return Response.status(status)
                .entity(new ApiMessage(code, message, id == null ? null : id.value(), correlationId, null))
                .build();
    }

    /** The exception to throw for a request that is answered with this status and this message. */
    static WebApplicationException refused(int status, String code, String message) {
        return new WebApplicationException(Response.fromResponse(message(status, code, message, null, null))
                .type(MediaType.APPLICATION_JSON)
                .build());
    }
}
