package io.livedub.stream.events;

import java.util.Arrays;
import java.util.Optional;

/**
 * A line of the log that describes an event.
 *
 * @param cause of a defect of the worker; its stack trace is for a developer
 * @param fields name, value, name, value, …
 */
public record LoggedLine(Level level, String message, Optional<Throwable> cause, Object... fields) {
    /** How much it asks of who reads it. */
    public enum Level {
        INFO,
        WARN,
        ERROR
    }

    LoggedLine with(String name, Object value) {
        Object[] more = Arrays.copyOf(fields, fields.length + 2);
        more[fields.length] = name;
        more[fields.length + 1] = value;
        return new LoggedLine(level, message, cause, more);
    }

    static Optional<LoggedLine> info(String message, Object... fields) {
        return Optional.of(new LoggedLine(Level.INFO, message, Optional.empty(), fields));
    }

    static Optional<LoggedLine> warn(String message, Object... fields) {
        return Optional.of(new LoggedLine(Level.WARN, message, Optional.empty(), fields));
    }

    static Optional<LoggedLine> defect(String message, Throwable cause) {
        return Optional.of(new LoggedLine(Level.ERROR, message, Optional.of(cause)));
    }

    /** A change of state: breaker, session, stream. */
    static Optional<LoggedLine> transition(String what, String from, String to, String reason) {
        String why = reason.isEmpty() ? "" : ": " + reason;
        return info(what + ": " + from + " -> " + to + why, "from", from, "to", to, "reason", reason);
    }
}
