package io.livedub.sts;

/**
 * The life of a session. Only the transitions below exist, and {@link #close} from anywhere; each returns the next state.
 *
 * <p>{@code failures} counts failed attempts since the last {@code stream:ready}: 0 is the first connection (or a session that
 * was started anew on purpose), and fragments wait for it; with a failure behind it, fragments air with their original audio.
 */
public sealed interface StsState {
    /** The state's name in the log, the status and the diagram of docs/architecture.md. */
    default String label() {
        return getClass().getSimpleName().replaceFirst("^Session", "");
    }

    default Closed close() {
        return new Closed();
    }

    /** Not started yet. */
    record Disconnected() implements StsState {
        SessionConnecting connect() {
            return new SessionConnecting(0);
        }
    }

    /** The transport is being opened. */
    record SessionConnecting(int failures) implements StsState {
        AwaitingReady connected() {
            return new AwaitingReady(failures);
        }

        Reconnecting failed() {
            return new Reconnecting(failures + 1);
        }
    }

    /** {@code stream:init} was sent. */
    record AwaitingReady(int failures) implements StsState {
        SessionReady ready(int maxInflight) {
            return new SessionReady(maxInflight);
        }

        Reconnecting failed() {
            return new Reconnecting(failures + 1);
        }
    }

    /** Fragments flow; {@code maxInflight} is the service's word. */
    record SessionReady(int maxInflight) implements StsState {
        Reconnecting failed() {
            return new Reconnecting(1);
        }

        SessionReplacing restart() {
            return new SessionReplacing();
        }

        SessionEnding end() {
            return new SessionEnding();
        }
    }

    /** {@code stream:end} was sent to a session that is given up; a new one follows when it is complete. */
    record SessionReplacing() implements StsState {
        SessionConnecting ended() {
            return new SessionConnecting(0);
        }

        SessionEnding end() {
            return new SessionEnding();
        }
    }

    /** {@code stream:end} was sent. */
    record SessionEnding() implements StsState {}

    /** The session is closed for good. Its label is that of {@link Disconnected}. */
    record Closed() implements StsState {
        @Override
        public String label() {
            return new Disconnected().label();
        }
    }

    /** Waiting before attempt number {@code attempt}, from 1. */
    record Reconnecting(int attempt) implements StsState {
        SessionConnecting retry() {
            return new SessionConnecting(attempt);
        }

        SessionLost giveUp(String reason) {
            return new SessionLost(reason);
        }
    }

    /** All attempts failed, and nothing more is tried. */
    record SessionLost(String reason) implements StsState {}

    /** @param attempts to reconnect, after which a service is given up */
    default boolean isGivenUp(int attempts) {
        return this instanceof SessionLost
                || this instanceof Reconnecting reconnecting && reconnecting.attempt() > attempts
                || this instanceof SessionConnecting connecting && connecting.failures() > attempts
                || this instanceof AwaitingReady awaiting && awaiting.failures() > attempts;
    }
}
