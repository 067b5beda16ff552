package io.livedub.timeline;

import java.util.OptionalLong;

/**
 * What was put right so far, in frames.
 *
 * @param beforeZero dropped while a keyframe was waited for
 * @param silent made where the source had no audio
 * @param overlapping audio dropped because its place was taken
 * @param repaired times that were missing, shared, went back or led nowhere
 * @param strays dropped because their time fitted nothing
 * @param jumps times (not frames) that the source's count began anew on a running connection
 * @param shifts times that one track alone changed its count
 * @param apartNs by how much the sound is moved because it counts by another clock than the picture; 0 when both count by one
 * @param distanceNs the source's own distance: stamp of the sound minus stamp of the picture that arrives with it; empty before both are there
 */
public record SourceCounters(
        long beforeZero,
        long silent,
        long overlapping,
        long repaired,
        long strays,
        long jumps,
        long shifts,
        long apartNs,
        OptionalLong distanceNs) {}
