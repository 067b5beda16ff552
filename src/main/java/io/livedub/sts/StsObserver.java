package io.livedub.sts;

import java.time.Duration;
import java.util.UUID;

import io.livedub.stream.events.FallbackReason;

/** Told what the session does, for metrics, logs and the console. Called on the session's thread; must not block or throw. */
public interface StsObserver {
    /** The session's life: {@code from} and {@code to} are the state records' names, {@code reason} one line. */
    default void stateChanged(String from, String to, String reason) {}

    /** {@code closed}, {@code half-open}, {@code open}. */
    default void breakerChanged(String from, String to, String reason) {}

    /** Fragments sent and not yet answered. */
    default void inflight(int count) {}

    /** A fragment goes out; again for each resend. */
    default void sent(UUID fragmentId) {}

    /** Dubbed audio was brought to its length and encoded, in that time. */
    default void fitted(UUID fragmentId, Duration took) {}

    /** A result (success, partial or failed) arrived this long after its fragment was sent. */
    default void roundTrip(UUID fragmentId, Duration roundTrip) {}

    /**
     * A submitted fragment airs, or has aired, with its original audio. Called once for each such fragment, when the reason is known:
     * for one overtaken by its deadline that is when its result comes ({@code LATE}) or when it timed out ({@code TIMEOUT}).
     */
    default void fallback(UUID fragmentId, FallbackReason reason, String detail) {}

    /** STS asked for {@code slow_down}, {@code pause} or {@code none}. */
    default void backpressure(String action, String detail) {}

    /** A reconnect succeeded. */
    default void reconnected() {}

    /** {@code stream:complete} arrived; its statistics as one line. */
    default void completed(String statistics) {}

    /** Anything else worth a line in the log. */
    default void warning(String message) {}
}
