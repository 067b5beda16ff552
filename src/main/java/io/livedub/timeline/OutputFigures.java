package io.livedub.timeline;

/**
 * What the output does and had to do, for metrics.
 *
 * @param latencyNs source frame in to the same frame on air
 * @param audioErrorNs audio minus video as added here; sound early is negative
 * @param inserted silent frames put in by the slew
 * @param dropped audio frames left out by the slew
 * @param filled silent frames sent where nothing was offered
 * @param overlapping audio frames dropped because their time had been filled
 * @param refused frames refused at the bound
 * @param lateNs by how much late pieces have moved what follows, in all
 * @param queued frames waiting
 */
public record OutputFigures(
        long latencyNs,
        long audioErrorNs,
        long inserted,
        long dropped,
        long filled,
        long overlapping,
        long refused,
        long lateNs,
        int queued) {}
