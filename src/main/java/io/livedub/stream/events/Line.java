package io.livedub.stream.events;

import java.util.Arrays;
import java.util.Optional;

/**
 * What the log says of an event.
 *
 * @param cause of a defect of ours; its stack trace is for a developer
 * @param fields name, value, name, value, …
 */
public record Line(Level level, String message, Optional<Throwable> cause, Object... fields) {
    /** How much it asks of who reads it. */
    public enum Level {
        INFO,
        WARN,
        ERROR
    }

    Line with(String name, Object value) {
        Object[] more = Arrays.copyOf(fields, fields.length + 2);
        more[fields.length] = name;
        more[fields.length + 1] = value;
        return new Line(level, message, cause, more);
    }

    static Optional<Line> info(String message, Object... fields) {
        return Optional.of(new Line(Level.INFO, message, Optional.empty(), fields));
    }

    static Optional<Line> warn(String message, Object... fields) {
        return Optional.of(new Line(Level.WARN, message, Optional.empty(), fields));
    }

    static Optional<Line> defect(String message, Throwable cause) {
        return Optional.of(new Line(Level.ERROR, message, Optional.of(cause)));
    }

    /** A change of state: breaker, session, stream. */
    static Optional<Line> transition(String what, String from, String to, String reason) {
        String why = reason.isEmpty() ? "" : ": " + reason;
        return info(what + ": " + from + " -> " + to + why, "from", from, "to", to, "reason", reason);
    }
}
