package io.livedub.sts;

import java.util.Locale;

/** Why a segment airs with its original audio: the values of {@code worker_fallback_total{reason}}. */
public enum FallbackReason {
    /** No result within WORKER_STS_TIMEOUT_MS of sending. */
    TIMEOUT,
    /** The result came after the segment's deadline, or the segment could not be sent before it because the window was full. */
    LATE,
    /** STS said that it failed, and no resend fitted. */
    FAILED,
    BREAKER_OPEN,
    BACKPRESSURE,
    DISCONNECTED,
    /** A result came and its audio cannot be used. */
    UNUSABLE;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
