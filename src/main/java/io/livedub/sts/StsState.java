package io.livedub.sts;

/**
 * The life of a session. Only the transitions below exist, and {@link #close} from anywhere; each returns the next state.
 *
 * <p>{@code failures} counts failed attempts since the last {@code stream:ready}: 0 is the first connection (or a session that
 * was started anew on purpose), and fragments wait for it; with a failure behind it, fragments air with their original audio.
 */
public sealed interface StsState {
    default String label() {
        return getClass().getSimpleName();
    }

    default Closed close() {
        return new Closed();
    }

    /** Not started yet. */
    record Disconnected() implements StsState {
        Connecting connect() {
            return new Connecting(0);
        }
    }

    /** The transport is being opened. */
    record Connecting(int failures) implements StsState {
        AwaitingReady connected() {
            return new AwaitingReady(failures);
        }

        Reconnecting failed() {
            return new Reconnecting(failures + 1);
        }
    }

    /** {@code stream:init} was sent. */
    record AwaitingReady(int failures) implements StsState {
        Ready ready(int maxInflight) {
            return new Ready(maxInflight);
        }

        Reconnecting failed() {
            return new Reconnecting(failures + 1);
        }
    }

    /** Fragments flow; {@code maxInflight} is the service's word. */
    record Ready(int maxInflight) implements StsState {
        Reconnecting failed() {
            return new Reconnecting(1);
        }

        Connecting restart() {
            return new Connecting(0);
        }

        Ending end() {
            return new Ending();
        }
    }

    /** {@code stream:end} was sent. */
    record Ending() implements StsState {}

    /** Over: it is never opened again. To everybody else it looks as before its start. */
    record Closed() implements StsState {
        @Override
        public String label() {
            return Disconnected.class.getSimpleName();
        }
    }

    /** Waiting before attempt number {@code attempt}, from 1. */
    record Reconnecting(int attempt) implements StsState {
        Connecting retry() {
            return new Connecting(attempt);
        }

        Lost giveUp(String reason) {
            return new Lost(reason);
        }
    }

    /** All attempts failed, and nothing more is tried. */
    record Lost(String reason) implements StsState {}

    /** @param attempts to reconnect, after which a service is given up */
    default boolean isGivenUp(int attempts) {
        return this instanceof Lost
                || this instanceof Reconnecting reconnecting && reconnecting.attempt() > attempts
                || this instanceof Connecting connecting && connecting.failures() > attempts
                || this instanceof AwaitingReady awaiting && awaiting.failures() > attempts;
    }
}
