package io.livedub.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

import io.livedub.id.StreamId;
import io.livedub.stream.StreamStatus;
import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.StreamStatus.LanguageStatus;
import io.livedub.stream.StreamStatus.Mark;
import io.livedub.stream.events.Figure;
import io.livedub.stream.supervision.StreamListing;

/**
 * A stream as the API shows it. Members that do not apply are left out.
 *
 * @param source which one is on air, {@code first} or {@code backup}; absent for a stream without a backup
 * @param slate true while a slate is shown in place of the source; absent for a stream without a slate
 * @param dubbing false in passthrough
 * @param deadlineMs how long a result may take, from the segment's end
 * @param originalLufs loudness of the original in the last minute; absent, as the next two, until a dub was mixed into it
 * @param dubLufs loudness of the last dub
 * @param bedDb lowest level of the original under the last dub; −120 when it is not heard
 * @param restartInMs while a failed stream waits for its next start
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record StreamView(
        @JsonProperty("stream_id") String streamId,
        @JsonProperty("correlation_id") String correlationId,
        String state,
        String reason,
        String since,
        String source,
        Boolean slate,
        boolean dubbing,
        String sts,
        String breaker,
        @JsonProperty("round_trip_ms") Long roundTripMs,
        @JsonProperty("deadline_ms") long deadlineMs,
        @JsonProperty("latency_ms") long latencyMs,
        @JsonProperty("av_delta_ms") double avDeltaMs,
        int inflight,
        long segments,
        long dubbed,
        Map<String, Long> fallbacks,
        @JsonProperty("files_lost") long filesLost,
        long reconnections,
        @JsonProperty("pipeline_errors") long pipelineErrors,
        @JsonProperty("original_lufs") Double originalLufs,
        @JsonProperty("dub_lufs") Double dubLufs,
        @JsonProperty("bed_db") Double bedDb,
        int failures,
        @JsonProperty("last_failure") String lastFailure,
        @JsonProperty("restart_in_ms") Long restartInMs,
        @JsonProperty("player_url") String playerUrl,
        List<SegmentView> strip,
        List<LanguageView> languages) {
    /**
     * One language of the stream. Members that do not apply are left out.
     *
     * @param state {@code starting}, {@code on_air}, {@code output_lost}, {@code draining} or {@code closed}
     * @param output path on the media server
     * @param dub false while somebody has switched the dub off
     * @param originalLufs as the stream's, also the next two
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    public record LanguageView(
            String language,
            String state,
            String reason,
            String output,
            boolean dub,
            String sts,
            String breaker,
            @JsonProperty("round_trip_ms") Long roundTripMs,
            @JsonProperty("latency_ms") long latencyMs,
            @JsonProperty("av_delta_ms") double avDeltaMs,
            int inflight,
            long dubbed,
            Map<String, Long> fallbacks,
            @JsonProperty("original_lufs") Double originalLufs,
            @JsonProperty("dub_lufs") Double dubLufs,
            @JsonProperty("bed_db") Double bedDb,
            @JsonProperty("player_url") String playerUrl,
            List<SegmentView> strip) {
        static LanguageView of(LanguageStatus status, String output, String playerUrl) {
            OptionalLong roundTrip = status.roundTripNs();
            return new LanguageView(
                    status.language(),
                    status.phase().label(),
                    status.reason(),
                    output,
                    status.dubOn(),
                    status.sts(),
                    status.breaker().label(),
                    roundTrip.isEmpty() ? null : roundTrip.getAsLong() / 1_000_000,
                    status.figure(Figure.LATENCY_NS) / 1_000_000,
                    tenths(status.figure(Figure.AV_DELTA_NS)),
                    (int) status.figure(Figure.INFLIGHT),
                    status.dubbed(),
                    status.fallbacks(),
                    shown(status, Figure.ORIGINAL_MILLI_LUFS),
                    shown(status, Figure.DUB_MILLI_LUFS),
                    shown(status, Figure.BED_MILLI_DB),
                    playerUrl,
                    marks(status.strip()));
        }
    }

    /** One of the last segments: {@code pending}, {@code dubbed} or {@code original}, and why. */
    @RegisterForReflection
    public record SegmentView(long batch, String fate, String why) {}

    /** The words of a segment; times in milliseconds of the output. */
    @RegisterForReflection
    public record CaptionView(
            @JsonProperty("stream_id") String streamId,
            long number,
            long batch,
            @JsonProperty("start_ms") long startMs,
            @JsonProperty("end_ms") long endMs,
            String transcript,
            String translation) {
        static CaptionView of(StreamId streamId, Caption caption) {
            return new CaptionView(
                    streamId.value(),
                    caption.number(),
                    caption.batch(),
                    caption.startNs() / 1_000_000,
                    caption.endNs() / 1_000_000,
                    caption.transcript(),
                    caption.translation());
        }
    }

    static StreamView of(
            StreamListing listing, boolean dubbing, Duration deadline, String playerUrl, List<LanguageView> languages) {
        StreamStatus status = listing.status();
        OptionalLong roundTrip = status.first().roundTripNs();
        return new StreamView(
                listing.streamId().value(),
                listing.correlationId(),
                status.state().label(),
                status.reason(),
                status.since().toString(),
                source(status),
                slate(status),
                dubbing,
                status.first().sts(),
                status.first().breaker().label(),
                roundTrip.isEmpty() ? null : roundTrip.getAsLong() / 1_000_000,
                deadline.toMillis(),
                status.first().figure(Figure.LATENCY_NS) / 1_000_000,
                tenths(status.first().figure(Figure.AV_DELTA_NS)),
                (int) status.first().figure(Figure.INFLIGHT),
                status.segments(),
                status.first().dubbed(),
                status.first().fallbacks(),
                status.filesLost(),
                status.first().reconnections(),
                status.pipelineErrors(),
                shown(status.first(), Figure.ORIGINAL_MILLI_LUFS),
                shown(status.first(), Figure.DUB_MILLI_LUFS),
                shown(status.first(), Figure.BED_MILLI_DB),
                listing.failures(),
                listing.lastFailure().orElse(null),
                listing.restartIn().map(Duration::toMillis).orElse(null),
                playerUrl,
                marks(status.first().strip()),
                languages);
    }

    private static String source(StreamStatus status) {
        Long backup = status.figures().get(Figure.SOURCE_ON_AIR);
        return backup == null ? null : backup == 0 ? "first" : "backup";
    }

    private static Boolean slate(StreamStatus status) {
        Long on = status.figures().get(Figure.SLATE_ON_AIR);
        return on == null ? null : on != 0;
    }

    private static double tenths(long ns) {
        return Math.round(ns / 1e5) / 10.0;
    }

    private static List<SegmentView> marks(List<Mark> strip) {
        return strip.stream()
                .map(mark -> new SegmentView(mark.batch(), mark.fate().name().toLowerCase(Locale.ROOT), mark.why()))
                .toList();
    }

    private static Double shown(LanguageStatus status, Figure figure) {
        Long value = status.figures().get(figure);
        return value == null ? null : figure.shown(value);
    }
}
