package io.livedub.stream.supervision;

/** The answer to a request to start a stream. */
public sealed interface StartAnswer {
    /**
     * It is, or will be, on air.
     *
     * @param isNew false when it was there already
     */
    record Accepted(String correlationId, boolean isNew) implements StartAnswer {}

    /** No room for another one. */
    record Full(int limit) implements StartAnswer {}

    record ShuttingDown() implements StartAnswer {}
}
