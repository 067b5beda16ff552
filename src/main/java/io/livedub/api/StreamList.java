package io.livedub.api;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * All streams.
 *
 * @param limit how many this process takes
 * @param hasRoom whether another one would be taken now
 */
public record StreamList(
        List<StreamView> streams, int limit, @JsonProperty("has_room") boolean hasRoom, boolean draining) {}
