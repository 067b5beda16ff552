package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.Optional;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamStatus;

/**
 * One stream of the registry, as API and console show it.
 *
 * @param correlationId of this supervision, from its first start to its removal
 * @param failures in a row
 * @param lastFailure why the last run failed
 * @param restartIn present while a failed stream waits for its next start
 */
public record StreamListing(
        StreamId streamId,
        String correlationId,
        StreamStatus status,
        StreamSettings settings,
        int failures,
        Optional<String> lastFailure,
        Optional<Duration> restartIn) {}
