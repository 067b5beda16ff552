package io.livedub.sts.protocol;

import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Why a fragment, or something of the session, failed.
 *
 * @param code as the service names it; {@code UNKNOWN} when it does not
 * @param message for a person, short
 * @param retryable whether it may be tried again, and counts for the breaker
 */
public record StsFailure(String code, String message, boolean retryable) {
    private static final Set<String> RETRYABLE =
            Set.of("TIMEOUT", "MODEL_ERROR", "GPU_OOM", "QUEUE_FULL", "RATE_LIMIT");
    private static final Set<String> FINAL =
            Set.of("STREAM_NOT_FOUND", "INVALID_CONFIG", "FRAGMENT_TOO_LARGE", "INVALID_SEQUENCE");

    /** Known codes decide for themselves; for any other the service's flag does, and without one it is final. */
    static StsFailure of(String code, String message, boolean flag) {
        return new StsFailure(code, message, RETRYABLE.contains(code) || (flag && !FINAL.contains(code)));
    }

    StsFailure withWords(UnaryOperator<String> change) {
        return new StsFailure(change.apply(code), change.apply(message), retryable);
    }

    /** Whether the session itself is refused: the service does not know it, or counts differently. A new session heals that. */
    public boolean isOfSession() {
        return "STREAM_NOT_FOUND".equals(code) || "INVALID_SEQUENCE".equals(code);
    }

    /** The service has no room at the moment for one more. */
    public boolean isWantOfRoom() {
        return "QUEUE_FULL".equals(code);
    }

    /** The service takes fewer at the moment. */
    public boolean isForLoad() {
        return isWantOfRoom() || "RATE_LIMIT".equals(code);
    }

    @Override
    public String toString() {
        return message.isEmpty() ? code : code + ": " + message;
    }
}
