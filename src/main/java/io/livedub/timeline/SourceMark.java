package io.livedub.timeline;

/**
 * What a new process has to know of a source's timeline to go on with it.
 *
 * @param startNs clock time of the timeline's 0, see {@link SourceClock#startNs}
 * @param endNs nothing that comes later may be placed before this instant of the timeline
 */
public record SourceMark(long startNs, long endNs) {}
