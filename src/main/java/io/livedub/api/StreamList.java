package io.livedub.api;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * All streams.
 *
 * @param limit how many this process takes
 * @param hasRoom whether another one would be taken now
 */
@RegisterForReflection
public record StreamList(
        List<StreamView> streams, int limit, @JsonProperty("has_room") boolean hasRoom, boolean draining) {}
