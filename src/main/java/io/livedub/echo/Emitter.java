package io.livedub.echo;

import java.util.UUID;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The server's side of one connection, as the protocol's logic sees it. */
interface Emitter {
    void emit(String event, ObjectNode payload);

    /** Says so to the client, then closes. */
    void disconnect(String reason);

    /** Fields of an {@code error} event; optional ones that have no value are explicit nulls, as real servers send them. */
    default void emitError(String streamId, String fragmentId, EchoFailure failure, String stage) {
        ObjectNode error = Json.object()
                .put("error_id", UUID.randomUUID().toString())
                .put("stream_id", streamId)
                .put("fragment_id", fragmentId)
                .put("code", failure.code())
                .put("message", failure.message())
                .put("severity", "error")
                .put("retryable", failure.retryable());
        error.set("metadata", stage == null ? null : Json.object().put("stage", stage));
        emit("error", error);
    }
}
