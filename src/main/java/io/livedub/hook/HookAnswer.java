package io.livedub.hook;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

import io.livedub.id.StreamId;

/**
 * The answer to a hook; members that do not apply are left out. Resources return it in a {@code Response}, where Quarkus cannot see
 * that it is written as JSON.
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record HookAnswer(
        String status,
        String message,
        @JsonProperty("stream_id") String streamId,
        String direction,
        @JsonProperty("correlation_id") String correlationId,
        List<HookBody.HookFault> errors) {
    static HookAnswer worker(String status, String message, StreamId streamId, String correlationId) {
        return new HookAnswer(status, message, streamId.value(), null, correlationId, null);
    }

    /** A path that needs no worker of its own. */
    static HookAnswer skipped(StreamPath path) {
        boolean backup = path.direction() == StreamPath.Direction.BACKUP;
        return new HookAnswer(
                "skipped",
                backup
                        ? "the stream's worker reads its backup source by itself"
                        : "the worker's own output needs no worker",
                path.streamId().value(),
                backup ? "in-backup" : "out",
                null,
                null);
    }

    static HookAnswer refused(String status, String message) {
        return new HookAnswer(status, message, null, null, null, null);
    }

    static HookAnswer invalid(List<HookBody.HookFault> faults) {
        String message = faults.get(0).field() + " " + faults.get(0).message();
        return new HookAnswer("invalid", message, null, null, null, faults);
    }
}
