package io.livedub.dub;

import java.util.Map;

import io.livedub.stream.events.Figure;

/**
 * Levels of a dubbed segment, for the API and the metrics.
 *
 * @param originalLufs loudness of the original in the last minute; {@link Double#NEGATIVE_INFINITY} for silence
 * @param dubLufs loudness of the dub as it airs, without what is under it
 * @param bedDb lowest level of the original under the dub; {@link Double#NEGATIVE_INFINITY} when it is not heard
 */
public record Levels(double originalLufs, double dubLufs, double bedDb) {
    /** The levels as figures of the stream. */
    public Map<Figure, Long> figures() {
        return Map.of(
                Figure.ORIGINAL_MILLI_LUFS, milli(originalLufs),
                Figure.DUB_MILLI_LUFS, milli(dubLufs),
                Figure.BED_MILLI_DB, milli(bedDb));
    }

    private static long milli(double level) {
        return Math.max(Figure.SILENT, Math.round(level * 1000));
    }
}
