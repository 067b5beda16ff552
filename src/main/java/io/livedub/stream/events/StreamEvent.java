package io.livedub.stream.events;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/**
 * All that can be told of a stream, in plain values: no event holds a frame, knows who told it, or who listens. Every part of a stream gives its
 * events to a {@code Consumer<StreamEvent>}, which is called on the thread of what happened and must not block or throw.
 *
 * <p>What the log says of an event, which figures it sets, and what of it a child tells its parent are methods of its record.
 */
public sealed interface StreamEvent {
    /** The log's line of it, if it has one. */
    default Optional<Line> line() {
        return Optional.empty();
    }

    /** What it sets of the figures that a stream is measured by. */
    default Map<Figure, Long> figures() {
        return Map.of();
    }

    /** Its components in their order, for {@link ToldEvents}; empty for what the parent of a child has no use of. */
    default Optional<List<Object>> told() {
        return Optional.empty();
    }

    /** This, as something of one of the stream's languages. */
    default StreamEvent of(String language) {
        return new OfLanguage(language, this);
    }

    /** Something of one of the stream's languages, which is named as in its output's path. */
    record OfLanguage(String language, StreamEvent event) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return event.line().map(line -> line.with("language", language));
        }

        @Override
        public Optional<List<Object>> told() {
            // The end of the stream itself is the parent's to tell.
            Optional<List<Object>> told = event instanceof Gone ? Optional.of(List.of()) : event.told();
            return told.map(components -> {
                List<Object> all =
                        new ArrayList<>(List.of(language, event.getClass().getSimpleName()));
                all.addAll(components);
                return all;
            });
        }
    }

    /** A language's life went on; the first of it is from {@code STARTING} to itself. */
    record Language(LanguagePhase from, LanguagePhase to, String reason) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return from == to ? Optional.empty() : Line.transition("language", from.label(), to.label(), reason);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(from, to, reason));
        }
    }

    /** The stream's life went on. */
    record Life(StreamState from, StreamState to, String reason) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.transition("stream", from.label(), to.label(), reason);
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

    /** Somebody has switched the dub of a language off or on, or it is on again by itself. */
    record DubSwitched(boolean on, String how) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.info("the dub is switched " + (on ? "on" : "off") + how);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(on, how));
        }
    }

    /** What was measured: once a second, or when it changed. */
    record Figures(Map<Figure, Long> figures) implements StreamEvent {
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

    /**
     * A segment is complete; its files and its dubbing follow.
     *
     * @param arrivalNs clock time at which its first frame arrived
     */
    record Cut(UUID fragmentId, long batch, long durationNs, long arrivalNs, boolean withAudio) implements StreamEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(fragmentId, batch, durationNs, arrivalNs, withAudio));
        }
    }

    /**
     * A segment was put on the output's timeline.
     *
     * @param outputNs its beginning in the publication's time
     * @param airNs the same as clock time
     * @param why how dubbed audio was fitted, or why the original airs
     * @param transcript empty when STS does not tell; so is {@code translation}
     */
    record Aired(
            UUID fragmentId,
            long batch,
            long outputNs,
            long airNs,
            long durationNs,
            boolean dubbed,
            String why,
            String transcript,
            String translation)
            implements StreamEvent {
        @Override
        public Optional<Line> line() {
            String how = dubbed ? "is dubbed (" + why + ")" : "airs with its original audio: " + why;
            return Line.info("segment " + batch + " " + how, "batch", batch, "fragmentId", fragmentId);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(
                    List.of(fragmentId, batch, outputNs, airNs, durationNs, dubbed, why, transcript, translation));
        }
    }

    /** A fragment goes out to STS; again for each resend. */
    record FragmentSent(UUID fragmentId) implements StreamEvent {}

    /** A result (success, partial or failed) arrived this long after its fragment was sent. */
    record RoundTrip(UUID fragmentId, Duration took) implements StreamEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(fragmentId, took.toNanos()));
        }
    }

    /** Dubbed audio was brought to its length and encoded, in that time. */
    record Fitted(UUID fragmentId, Duration took) implements StreamEvent {}

    /**
     * A fragment airs, or has aired, with its original audio. Told once for each such fragment, when the reason is known: for one overtaken by its
     * deadline that is when its result comes ({@code LATE}) or when it timed out ({@code TIMEOUT}).
     */
    record Fallback(UUID fragmentId, FallbackReason reason, String detail) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.warn(
                    "original audio (" + reason.label() + "): " + detail,
                    "fragmentId",
                    fragmentId,
                    "reason",
                    reason.label());
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(fragmentId, reason, detail));
        }
    }

    /** The life of the session with STS, by the names of its states. */
    record Session(String from, String to, String reason) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.transition("sts", from, to, reason);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(from, to, reason));
        }
    }

    record Breaker(BreakerState from, BreakerState to, String reason) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.transition("breaker", from.label(), to.label(), reason);
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

    /** STS asked for another pace. */
    record Backpressure(Action action, String detail) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            String asked = action.label();
            return Line.info("STS asks for " + asked + ": " + detail, "action", asked);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(action, detail));
        }
    }

    /** A reconnect to STS succeeded. */
    record Reconnected() implements StreamEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of());
        }
    }

    /** {@code stream:complete} arrived; its statistics as one line. */
    record Completed(String statistics) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.info("STS has completed: " + statistics);
        }
    }

    /**
     * A segment's file is there.
     *
     * @param fragmentId the segment's, the same for all of its files
     * @param batch from 0, never going back within a run
     * @param t0Ns beginning on the stream's timeline
     * @param durationNs its place on the timeline
     * @param file under its final name
     * @param startsWithKeyframe false when no keyframe lay within 100 ms of the boundary
     */
    record FileWritten(
            UUID fragmentId,
            String streamId,
            long batch,
            long t0Ns,
            long durationNs,
            Path file,
            boolean startsWithKeyframe,
            StoredTrack track)
            implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.info(
                    "segment " + batch + " " + track.label() + " written",
                    "fragment_id",
                    fragmentId,
                    "stream_id",
                    streamId,
                    "batch_number",
                    batch,
                    "t0_ns",
                    t0Ns,
                    "duration_ns",
                    durationNs,
                    "file_path",
                    file,
                    "starts_with_keyframe",
                    startsWithKeyframe);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(fragmentId, streamId, batch, t0Ns, durationNs, file, startsWithKeyframe, track));
        }
    }

    /** A file is lost; told for each one, for counting. */
    record FileLost(StoredTrack track, String why) implements StreamEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(track, why));
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

    record PipelineError(Pipeline pipeline, String message) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.warn(pipeline.label() + ": " + message, "pipeline", pipeline.label());
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
     */
    record Resumed(Duration away, long lostFrames) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.info(
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
            return Optional.of(List.of(away.toNanos(), lostFrames));
        }
    }

    /**
     * Nothing of the source is left to air, and a slate is shown; or it is not shown any more.
     *
     * @param shown for how long it was, at its end
     */
    record Slate(boolean on, String what, Duration shown) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return on
                    ? Line.warn("slate: " + what, "slate", true)
                    : Line.info(
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

    /**
     * Another process has the stream on air, and this one is to take it over.
     *
     * @param ready whether the source is read here, so that the other process could stop at any frame
     * @param owner the other process
     */
    record StandingBy(boolean ready, String owner) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.info(
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

    /** Nothing more is kept for a process that would go on with the stream. */
    record SpoolGivenUp(String why) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.warn("the spool is given up, the stream goes on without: " + why
                    + "; if this process is killed, the stream begins anew");
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(why));
        }
    }

    /** Something else worth a line, that needs no action. */
    record Note(String message) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.info(message);
        }
    }

    /** Something that a person should read. */
    record Warning(String message) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.warn(message);
        }
    }

    /** A defect of ours. */
    record Defect(Throwable cause) implements StreamEvent {
        @Override
        public Optional<Line> line() {
            return Line.defect("internal error", cause);
        }
    }

    /** The last event of a stream, or of one of its languages: its series are to disappear. */
    record Gone() implements StreamEvent {}
}
