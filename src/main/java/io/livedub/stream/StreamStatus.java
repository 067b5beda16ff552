package io.livedub.stream;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamState;

/**
 * A stream at one moment.
 *
 * @param reason of the last change of state
 * @param since when the state began
 * @param sts name of the session's state; empty in passthrough
 * @param strip the last segments, oldest first
 * @param roundTripNs of the last result
 * @param figures the last value of each that is known
 * @param fallbacks segments aired with original audio, by reason
 */
public record StreamStatus(
        StreamState state,
        String reason,
        Instant since,
        String sts,
        BreakerState breaker,
        List<Mark> strip,
        OptionalLong roundTripNs,
        Map<Figure, Long> figures,
        long segments,
        long dubbed,
        Map<String, Long> fallbacks,
        long filesLost,
        long reconnections,
        long pipelineErrors) {
    /** 0 as long as it is not known. */
    public long figure(Figure figure) {
        return figures.getOrDefault(figure, 0L);
    }

    /** What became of a segment. */
    public enum Fate {
        PENDING,
        DUBBED,
        ORIGINAL
    }

    /** One segment of the strip. */
    public record Mark(long batch, Fate fate, String why) {}

    /**
     * What is said in a segment, in the publication's time.
     *
     * @param number counts a stream's captions from 0
     */
    public record Caption(long number, long batch, long startNs, long endNs, String transcript, String translation) {}
}
