package io.livedub.stream.source;

import io.livedub.media.Frame;

/** Frames of a source, and its losses, switches and end between them. */
public sealed interface SourceEvent {
    /** A frame, on the source's own timeline. */
    record Arrived(Frame frame) implements SourceEvent {}

    /**
     * No more frames for now; it is asked for again.
     *
     * @param failed it broke, as against an end of stream
     */
    record SourceInterrupted(String reason, boolean failed) implements SourceEvent {}

    /**
     * Frames come again: the next one is the first of a new connection.
     *
     * @param goesOn it is the one behind the last frame of the connection that was lost: a server had kept what came meanwhile
     */
    record Back(boolean goesOn) implements SourceEvent {}

    /**
     * Frames have stopped coming, on a connection that still stands or on none. The chain puts it between the events of a source, again and again
     * until one comes.
     */
    record FellSilent() implements SourceEvent {}

    /**
     * Another source of the stream is on air from the next frame on, which is a keyframe or comes shortly before one.
     *
     * @param toBackup whether the backup took over, as against the first source that came back
     */
    record SourceSwitched(boolean toBackup, String reason) implements SourceEvent {}

    /** This process goes on with what another one has read. The chain puts it in front of the first event of a source. */
    record SourceResumed() implements SourceEvent {}

    /** Another process goes on from here: the source is read no more by this one. */
    record SourceHandedOver() implements SourceEvent {}

    /** The source has ended or cannot be opened, and no more frames will come. The chain puts it behind the last event of a source. */
    record SourceOver() implements SourceEvent {}
}
