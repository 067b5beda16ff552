package io.livedub.stream.supervision;

/**
 * What is known of a stream's publisher.
 *
 * @param source the media server's id of it; empty when it has none, or the stream was started without one
 * @param gone whether it was said to be gone
 */
record KnownPublisher(String source, boolean gone) {
    static final KnownPublisher NONE = new KnownPublisher("", false);

    KnownPublisher leave() {
        return new KnownPublisher(source, true);
    }

    /** Whether a publisher that is there now was not there before. */
    boolean isNew(String now) {
        return gone || !source.equals(now);
    }

    /** Whether a word is about another one. A source without an id cannot be told from another. */
    boolean isOtherThan(String said) {
        return !said.isEmpty() && !source.isEmpty() && !said.equals(source);
    }

    /** Whether its end would be a surprise: not for a stream that somebody started before its source is there. */
    boolean isExpected() {
        return !source.isEmpty() && !gone;
    }
}
