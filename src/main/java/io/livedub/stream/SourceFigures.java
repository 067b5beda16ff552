package io.livedub.stream;

import java.util.List;

import io.livedub.observe.StreamMetrics;

/**
 * What a source did so far, in counts of one {@link #KINDS kind} each, and how its clocks are.
 *
 * @param counts as many as there are kinds, in their order
 * @param distanceMs the source's own distance of sound and picture: stamp of the sound minus stamp of the picture that arrives with it; {@link
 *     #UNKNOWN} before both are there
 * @param driftPpm by how much the source's clock runs slower than ours, over the last minute
 */
public record SourceFigures(List<Long> counts, long distanceMs, long driftPpm) {
    /** Labels of the counts: what was left out or put right of what the source sent. */
    public static final List<String> KINDS = StreamMetrics.SOURCE_KINDS;

    /** No distance is known. */
    public static final long UNKNOWN = Long.MIN_VALUE;
}
