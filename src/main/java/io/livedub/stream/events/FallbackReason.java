package io.livedub.stream.events;

import java.util.Locale;

/** Why a segment airs with its original audio: the values of {@code worker_fallback_total{reason}}. */
public enum FallbackReason {
    /** No result within WORKER_STS_TIMEOUT_MS of sending. */
    TIMEOUT,
    /** The result came after the segment's deadline. */
    LATE,
    /** The fragment was not sent: the service is too slow, or too busy with others, to answer before the segment's deadline. */
    OVERLOAD,
    /** STS said that it failed, and no resend fitted. */
    FAILED,
    BREAKER_OPEN,
    BACKPRESSURE,
    DISCONNECTED,
    /** A result came and its audio cannot be used. */
    UNUSABLE,
    /** A user has switched the dub off. */
    OPERATOR;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
