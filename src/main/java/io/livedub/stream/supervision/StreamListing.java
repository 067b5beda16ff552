package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.Optional;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamStatus;
import io.livedub.stream.events.StreamState;

/**
 * One stream of the registry, as API and console show it.
 *
 * @param correlationId of this supervision, from its first start to its removal
 * @param atOut key of the language that is published at {@code out}, which may have been removed since its run began
 * @param failures in a row
 * @param lastFailure why the last run failed
 * @param restartIn present while a failed stream waits for its next start
 * @param standsBy present until it begins here: whether it is ready to be taken over from a process that has it on air
 */
public record StreamListing(
        StreamId streamId,
        String correlationId,
        StreamStatus status,
        StreamSettings settings,
        String atOut,
        int failures,
        Optional<String> lastFailure,
        Optional<Duration> restartIn,
        Optional<Boolean> standsBy) {
    /** Whether somebody waits for it and has seen nothing of it: it connects, or waits for its restart. */
    boolean isExpected() {
        return restartIn.isPresent() || standsBy.isPresent() && status.state() instanceof StreamState.Connecting;
    }
}
