package io.livedub.stream.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Events of a stream, or of one of its languages, as a whole. */
public sealed interface LifeEvent extends StreamEvent {
    /** Reads the event of this name from the components that {@link #told} gives; null for other names. */
    static LifeEvent read(String name, Components in) {
        return switch (name) {
            case "LanguageLife" ->
                new LanguageLife(in.one(LanguagePhase.class), in.one(LanguagePhase.class), in.text());
            case "Life" -> new Life(in.state(), in.state(), in.text());
            case "DubSwitched" -> new DubSwitched(in.flag(), in.text());
            case "Figures" -> new Figures(in.figures());
            case "PipelineError" -> new PipelineError(in.one(Pipeline.class), in.text());
            case "Resumed" -> new Resumed(in.duration(), in.number(), in.isOver() ? 0 : in.number());
            case "SparseKeyframes" -> new SparseKeyframes(in.duration(), in.duration());
            case "SlateShown" -> new SlateShown(in.flag(), in.text(), in.duration());
            case "SpoolGivenUp" -> new SpoolGivenUp(in.text());
            case "StandingBy" -> new StandingBy(in.flag(), in.text());
            default -> null;
        };
    }

    /** A language's life went on; the first of it is from {@code STARTING} to itself. */
    record LanguageLife(LanguagePhase from, LanguagePhase to, String reason) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return from == to ? Optional.empty() : LoggedLine.transition("language", from.label(), to.label(), reason);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(from, to, reason));
        }
    }

    /** The stream's life went on. */
    record Life(StreamState from, StreamState to, String reason) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.transition("stream", from.label(), to.label(), reason);
        }

        @Override
        public Map<Figure, Long> figures() {
            return Map.of(Figure.STATE, (long) to.gauge());
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(
                    from.label(), from.reason(), from.exitCode(), to.label(), to.reason(), to.exitCode(), reason));
        }
    }

    /** The dub of a language was switched off or on, by a user or by the end of a time limit. */
    record DubSwitched(boolean on, String how) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.info("the dub is switched " + (on ? "on" : "off") + how);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(on, how));
        }
    }

    /** Measured values: sent once a second, or when a value changes. */
    record Figures(Map<Figure, Long> figures) implements LifeEvent {
        public Figures {
            figures = Map.copyOf(figures);
        }

        @Override
        public Optional<List<Object>> told() {
            List<Object> all = new ArrayList<>();
            figures.forEach((figure, value) -> all.addAll(List.of(figure, value)));
            return Optional.of(all);
        }
    }

    /** Ends of a stream. */
    enum Pipeline {
        SOURCE,
        SINK;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record PipelineError(Pipeline pipeline, String message) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.warn(pipeline.label() + ": " + message, "pipeline", pipeline.label());
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(pipeline, message));
        }
    }

    /**
     * The stream goes on where another process has ended.
     *
     * @param away since that process wrote its last record
     * @param lostFrames frames that were due meanwhile
     * @param offeredNs output time up to which it was decided what airs; 0 when it is not known, as from a worker of an earlier version
     */
    record Resumed(Duration away, long lostFrames, long offeredNs) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.info(
                    String.format(
                            Locale.ROOT,
                            "goes on where another process ended %.1f s ago; %d frames were due meanwhile and are lost",
                            away.toMillis() / 1e3,
                            lostFrames),
                    "away_ms",
                    away.toMillis(),
                    "lost_frames",
                    lostFrames);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(away.toNanos(), lostFrames, offeredNs));
        }
    }

    /**
     * The source's keyframes are further apart than they should be. Told when it begins, not for each keyframe.
     *
     * @param distance between the last two
     * @param limit of the configuration
     */
    record SparseKeyframes(Duration distance, Duration limit) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.warn(
                    String.format(
                            Locale.ROOT,
                            "source: keyframes are %.1f s apart, WORKER_KEYFRAME_LIMIT is %.1f s; a viewer waits as long for"
                                    + " the first picture: set a shorter keyframe interval at the encoder",
                            distance.toMillis() / 1e3,
                            limit.toMillis() / 1e3),
                    "distance_ms",
                    distance.toMillis());
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(distance.toNanos(), limit.toNanos()));
        }
    }

    /**
     * A slate is shown because nothing of the source is left to air, or it is not shown any more.
     *
     * @param shown for how long it was shown, at its end
     */
    record SlateShown(boolean on, String what, Duration shown) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return on
                    ? LoggedLine.warn("slate: " + what, "slate", true)
                    : LoggedLine.info(
                            String.format(Locale.ROOT, "slate: %s, after %.1f s of it", what, shown.toMillis() / 1e3),
                            "slate",
                            false,
                            "shown_ms",
                            shown.toMillis());
        }

        @Override
        public Map<Figure, Long> figures() {
            return Map.of(Figure.SLATE_ON_AIR, on ? 1L : 0L);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(on, what, shown.toNanos()));
        }
    }

    /** The spool was given up: after a crash, no process can go on with the stream. */
    record SpoolGivenUp(String why) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.warn("the spool is given up: " + why
                    + "; the stream goes on, but begins anew if this process is killed");
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(why));
        }
    }

    /** Something else worth a line, that needs no action. */
    record Note(String message) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.info(message);
        }
    }

    /** Something that a person should read. */
    record Warning(String message) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.warn(message);
        }
    }

    /** A defect of the worker. */
    record Defect(Throwable cause) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.defect("internal error", cause);
        }
    }

    /**
     * Another process has the stream on air, and this one is to take it over.
     *
     * @param ready whether the source is read here, so that the other process could stop at any frame
     * @param owner the other process
     */
    record StandingBy(boolean ready, String owner) implements LifeEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.info(
                    ready
                            ? "stands by: the source is read here as well, and the stream can be taken over"
                            : "stands by: " + owner + " has the stream on air; waiting for the source's next keyframe",
                    "ready",
                    ready);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(ready, owner));
        }
    }

    /** The last event of a stream, or of one of its languages: its series are to disappear. */
    record Gone() implements LifeEvent {}
}
