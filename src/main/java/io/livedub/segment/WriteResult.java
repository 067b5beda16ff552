package io.livedub.segment;

import io.livedub.stream.events.SegmentEvent;

/** What became of a file. The stream goes on whichever it is. */
public sealed interface WriteResult {
    /** It is whole and under its name. */
    record Written(SegmentEvent.FileWritten file) implements WriteResult {}

    /** There was nothing to write: no frames of this track, or a last part under a second. */
    record Skipped(String why) implements WriteResult {}

    /** The disk or the muxer refused; the file is lost, the segment is not. */
    record WriteFailed(String why) implements WriteResult {}
}
