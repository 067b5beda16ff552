package io.livedub.id;

import java.util.Optional;

/**
 * The id of a stream. The text is checked where it enters the worker (hook, API, command line, media server, disk, Kubernetes), and from
 * there on the type says that it may become a part of a file name, a URL, a header or a label.
 */
public record StreamId(String value) implements Comparable<StreamId> {
    /** What is allowed, for messages. */
    public static final String FORM = IdForm.TEXT;

    /** The same for a JSON schema, which looks for a match anywhere unless the pattern says otherwise. */
    public static final String SCHEMA = "^" + FORM + "$";

    /** @throws IllegalArgumentException when the text is not an id; the message does not repeat the text */
    public StreamId {
        if (!IdForm.matches(value)) {
            throw new IllegalArgumentException("a stream id must match " + FORM);
        }
    }

    /** @return empty when the text is not an id */
    public static Optional<StreamId> parse(String text) {
        return IdForm.matches(text) ? Optional.of(new StreamId(text)) : Optional.empty();
    }

    @Override
    public int compareTo(StreamId other) {
        return value.compareTo(other.value);
    }

    /** The text alone, as it stands in messages. */
    @Override
    public String toString() {
        return value;
    }
}
