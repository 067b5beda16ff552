package io.livedub.stream.events;

import java.util.List;

/** A stream's life. Transitions are the methods that return the next state; a transition that is not there cannot happen. */
public sealed interface StreamState {
    /** In the order of the gauge {@code worker_stream_state}. */
    List<Class<? extends StreamState>> ORDER =
            List.of(Connecting.class, Live.class, SourceLost.class, Draining.class, Ended.class, Failed.class);

    List<String> LABELS = List.of("connecting", "live", "source-lost", "draining", "ended", "failed");

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

    /** Why it is as it is; empty where nothing is said of it. */
    default String reason() {
        return "";
    }

    default ExitCode exitCode() {
        return ExitCode.OK;
    }

    /** The state's name in logs, metrics and the API. */
    default String label() {
        return LABELS.get(gauge());
    }

    /** Value of {@code worker_stream_state}. */
    default int gauge() {
        return ORDER.indexOf(getClass());
    }

    /** The state with this label; the other two are what {@link #reason} and {@link #exitCode} said of it. */
    static StreamState of(String label, String reason, ExitCode exitCode) {
        return switch (label) {
            case "connecting" -> new Connecting();
            case "live" -> new Live();
            case "source-lost" -> new SourceLost(reason);
            case "draining" -> new Draining(reason);
            case "ended" -> new Ended(reason);
            case "failed" -> new Failed(reason, exitCode);
            default -> throw new IllegalArgumentException(label);
        };
    }
}
