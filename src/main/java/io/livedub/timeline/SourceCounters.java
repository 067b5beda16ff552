package io.livedub.timeline;

/**
 * What was put right so far, in frames.
 *
 * @param beforeZero dropped while a keyframe was waited for
 * @param silent made where the source had no audio
 * @param overlapping audio dropped because its place was taken
 * @param repaired times that were missing or went back
 * @param strays dropped because their time fitted nothing
 * @param jumps times (not frames) that the source's count began anew on a running connection
 * @param shifts times that one track alone changed its count
 */
public record SourceCounters(
        long beforeZero, long silent, long overlapping, long repaired, long strays, long jumps, long shifts) {}
