package io.livedub.dub;

/**
 * Levels of a dubbed segment, for the API and the metrics.
 *
 * @param originalLufs loudness of the original in the last minute; {@link Double#NEGATIVE_INFINITY} for silence
 * @param dubLufs loudness of the dub as it airs, without what is under it
 * @param bedDb lowest level of the original under the dub; {@link Double#NEGATIVE_INFINITY} when it is not heard
 */
public record Levels(double originalLufs, double dubLufs, double bedDb) {}
