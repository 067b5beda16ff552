package io.livedub.segment;

import java.nio.file.Path;
import java.util.UUID;

/**
 * What is recorded of a segment's file.
 *
 * @param fragmentId the segment's, the same for all of its files
 * @param streamId whose
 * @param batchNumber from 0, never going back within a run
 * @param t0Ns beginning on the stream's timeline
 * @param durationNs its place on the timeline
 * @param filePath under its final name
 * @param startsWithKeyframe false when no keyframe lay within 100 ms of the boundary
 */
public record SegmentRecord(
        UUID fragmentId,
        String streamId,
        long batchNumber,
        long t0Ns,
        long durationNs,
        Path filePath,
        boolean startsWithKeyframe) {}
