package io.livedub.segment;

import io.livedub.stream.events.SegmentEvent;

/** The outcome of writing a file. The stream goes on after either. */
public sealed interface WriteResult {
    /** The file is whole and has its final name. */
    record Written(SegmentEvent.FileWritten file) implements WriteResult {}

    /** There was nothing to write: no frames of this track, or a last part under a second. */
    record Skipped(String why) implements WriteResult {}

    /** The disk or the muxer refused; the file is lost, the segment is not. */
    record WriteFailed(String why) implements WriteResult {}
}
