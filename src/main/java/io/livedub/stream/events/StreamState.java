package io.livedub.stream.events;

/** A stream's life. Transitions are the methods that return the next state; a transition that is not there cannot happen. */
public sealed interface StreamState {
    /** No frame yet. */
    record Connecting() implements StreamState {
        public StreamState firstFrame() {
            return new Live();
        }
    }

    /** Frames come. */
    record Live() implements StreamState {
        public StreamState sourceLost(String reason) {
            return new SourceLost(reason);
        }
    }

    /** On air with what is held, while the source is asked for again. */
    record SourceLost(String reason) implements StreamState {
        public StreamState sourceBack() {
            return new Live();
        }
    }

    /** No more is read; what is held airs. */
    record Draining(String reason) implements StreamState {
        public StreamState drained() {
            return new Ended(reason);
        }
    }

    /** Everything held was aired. */
    record Ended(String reason) implements StreamState {}

    /** Ended with a failure. */
    record Failed(String reason, ExitCode exitCode) implements StreamState {}

    static StreamState initial() {
        return new Connecting();
    }

    /** No more will be read. Once draining or ended, that stays so. */
    default StreamState drain(String reason) {
        return this instanceof Draining || isOver() ? this : new Draining(reason);
    }

    /** From anywhere that is not an end already. */
    default StreamState fail(String reason, ExitCode exitCode) {
        return isOver() ? this : new Failed(reason, exitCode);
    }

    default boolean isOver() {
        return this instanceof Ended || this instanceof Failed;
    }

    /** As in logs, metrics and the API. */
    default String label() {
        if (this instanceof Connecting) {
            return "connecting";
        } else if (this instanceof Live) {
            return "live";
        } else if (this instanceof SourceLost) {
            return "source-lost";
        } else if (this instanceof Draining) {
            return "draining";
        }
        return this instanceof Ended ? "ended" : "failed";
    }

    /** Value of {@code worker_stream_state}. */
    default int gauge() {
        if (this instanceof Connecting) {
            return 0;
        } else if (this instanceof Live) {
            return 1;
        } else if (this instanceof SourceLost) {
            return 2;
        } else if (this instanceof Draining) {
            return 3;
        }
        return this instanceof Ended ? 4 : 5;
    }
}
