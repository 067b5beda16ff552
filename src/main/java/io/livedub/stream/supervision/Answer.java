package io.livedub.stream.supervision;

/** What became of the wish for a stream. */
public sealed interface Answer {
    /**
     * It is, or will be, on air.
     *
     * @param isNew false when it was there already
     */
    record Accepted(String correlationId, boolean isNew) implements Answer {}

    /** No room for another one. */
    record Full(int limit) implements Answer {}

    record ShuttingDown() implements Answer {}
}
