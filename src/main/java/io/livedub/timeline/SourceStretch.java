package io.livedub.timeline;

/**
 * Where a source's timeline stands inside a stretch: a process that reads the same source goes on with the next frame, at the place that this
 * timeline would have given it.
 *
 * @param zeroNs beginning of the stretch, see {@link TimedFrame#zeroNs()}
 * @param deltaNs from the source's time to the timeline
 * @param firstPtsNs presentation time of its first keyframe, as the source counts
 * @param correctionNs by how much the sound is moved beside the picture
 * @param earlierNs by how much pictures are decoded earlier than they are stamped
 * @param lastDtsNs decoding time of the last picture on the timeline
 * @param lastPtsNs latest presentation time on the timeline
 * @param soundEndNs where the sound ends on the timeline
 */
public record SourceStretch(
        long zeroNs,
        long deltaNs,
        long firstPtsNs,
        long correctionNs,
        long earlierNs,
        long lastDtsNs,
        long lastPtsNs,
        long soundEndNs) {}
