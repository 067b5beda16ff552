package io.livedub.stream.events;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/** Events of the session with the speech-to-speech (STS) service. */
public sealed interface SessionEvent extends StreamEvent {
    /** Reads the event of this name from the components that {@link #told} gives; null for other names. */
    static SessionEvent read(String name, Components in) {
        return switch (name) {
            case "Session" -> new Session(in.text(), in.text(), in.text());
            case "Breaker" -> new Breaker(in.one(BreakerState.class), in.one(BreakerState.class), in.text());
            case "PaceAsked" -> new PaceAsked(in.one(Action.class), in.text(), in.flag());
            case "Reconnected" -> new Reconnected();
            default -> null;
        };
    }

    /** The life of the session with STS, by the names of its states. */
    record Session(String from, String to, String reason) implements SessionEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.transition("sts", from, to, reason);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(from, to, reason));
        }
    }

    record Breaker(BreakerState from, BreakerState to, String reason) implements SessionEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.transition("breaker", from.label(), to.label(), reason);
        }

        @Override
        public Map<Figure, Long> figures() {
            return Map.of(Figure.BREAKER, (long) to.gauge());
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(from, to, reason));
        }
    }

    /**
     * STS asked for another pace.
     *
     * @param quiet counted, and not logged: the service says the same again, or has said too much in a short time
     */
    record PaceAsked(Action action, String detail, boolean quiet) implements SessionEvent {
        /** The same, without a line in the log. */
        public PaceAsked unsaid() {
            return new PaceAsked(action, detail, true);
        }

        @Override
        public Optional<LoggedLine> line() {
            if (quiet) {
                return Optional.empty();
            }
            String asked = action.label();
            return LoggedLine.info("STS asks for " + asked + ": " + detail, "action", asked);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(action, detail, quiet));
        }
    }

    /** A reconnect to STS succeeded. */
    record Reconnected() implements SessionEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of());
        }
    }

    /** {@code stream:complete} arrived; its statistics as one line. */
    record Completed(String statistics) implements SessionEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.info("STS has completed: " + statistics);
        }
    }
}
