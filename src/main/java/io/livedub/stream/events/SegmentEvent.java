package io.livedub.stream.events;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.livedub.id.StreamId;

/** What happens to a segment from its cut to its files, and to the fragment of it that is dubbed. */
public sealed interface SegmentEvent extends StreamEvent {
    /** Reads the event of this name from the components that {@link #told} gives; null for other names. */
    static SegmentEvent read(String name, Components in) {
        return switch (name) {
            case "Cut" -> new Cut(in.id(), in.number(), in.number(), in.number(), in.flag());
            case "Aired" ->
                new Aired(
                        in.id(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.flag(),
                        in.text(),
                        in.text(),
                        in.text());
            case "RoundTrip" -> new RoundTrip(in.id(), in.duration());
            case "Fallback" -> new Fallback(in.id(), in.one(FallbackReason.class), in.text());
            case "FileWritten" ->
                new FileWritten(
                        in.id(),
                        new StreamId(in.text()),
                        in.number(),
                        in.number(),
                        in.number(),
                        Path.of(in.text()),
                        in.flag(),
                        in.one(StoredTrack.class));
            case "FileLost" -> new FileLost(in.one(StoredTrack.class), in.text());
            default -> null;
        };
    }

    /**
     * A segment is complete; its files and its dubbing follow.
     *
     * @param arrivalNs clock time at which its first frame arrived
     */
    record Cut(UUID fragmentId, long batch, long durationNs, long arrivalNs, boolean withAudio)
            implements SegmentEvent {
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
            implements SegmentEvent {
        @Override
        public Optional<LoggedLine> line() {
            String how = dubbed ? "is dubbed (" + why + ")" : "airs with its original audio: " + why;
            return LoggedLine.info("segment " + batch + " " + how, "batch", batch, "fragmentId", fragmentId);
        }

        @Override
        public Optional<List<Object>> told() {
            return Optional.of(
                    List.of(fragmentId, batch, outputNs, airNs, durationNs, dubbed, why, transcript, translation));
        }
    }

    /** A fragment goes out to STS; again for each resend. */
    record FragmentSent(UUID fragmentId) implements SegmentEvent {}

    /** A result (success, partial or failed) arrived this long after its fragment was sent. */
    record RoundTrip(UUID fragmentId, Duration took) implements SegmentEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(fragmentId, took.toNanos()));
        }
    }

    /** Dubbed audio was brought to its length and encoded, in that time. */
    record Fitted(UUID fragmentId, Duration took) implements SegmentEvent {}

    /**
     * A fragment airs, or has aired, with its original audio. Told once for each such fragment, when the reason is known: for one overtaken by its
     * deadline that is when its result comes ({@code LATE}) or when it timed out ({@code TIMEOUT}).
     */
    record Fallback(UUID fragmentId, FallbackReason reason, String detail) implements SegmentEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.warn(
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
            StreamId streamId,
            long batch,
            long t0Ns,
            long durationNs,
            Path file,
            boolean startsWithKeyframe,
            StoredTrack track)
            implements SegmentEvent {
        @Override
        public Optional<LoggedLine> line() {
            return LoggedLine.info(
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
    record FileLost(StoredTrack track, String why) implements SegmentEvent {
        @Override
        public Optional<List<Object>> told() {
            return Optional.of(List.of(track, why));
        }
    }
}
