package io.livedub.stream.source;

import io.livedub.media.Frame;

/** What a source that is watched over gives: frames, and what becomes of it between them. */
public sealed interface SourceEvent {
    /** A frame, on the source's own timeline. */
    record Arrived(Frame frame) implements SourceEvent {}

    /**
     * No more frames for now; it is asked for again.
     *
     * @param failed it broke, as against an end of stream
     */
    record Lost(String reason, boolean failed) implements SourceEvent {}

    /** Frames come again: the next one is the first of a new connection. */
    record Back() implements SourceEvent {}

    /** The source has ended or is not to be had, and no more will come. The chain puts it behind the last event of a source. */
    record Over() implements SourceEvent {}
}
