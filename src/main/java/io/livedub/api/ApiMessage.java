package io.livedub.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What is not a stream: an answer to a wish, or why it was refused. Resources return it in a {@code Response}, where Quarkus cannot see
 * that it is written as JSON.
 *
 * @param fromOutputMs output time from which a change is heard, milliseconds; null where that says nothing
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiMessage(
        String status,
        String message,
        @JsonProperty("stream_id") String streamId,
        @JsonProperty("correlation_id") String correlationId,
        @JsonProperty("from_output_ms") Long fromOutputMs) {}
