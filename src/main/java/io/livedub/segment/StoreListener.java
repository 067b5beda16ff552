package io.livedub.segment;

import io.livedub.stream.events.StoredTrack;

/** Told what happens to files. Called on the writing thread. */
public interface StoreListener {
    /** A file is there. */
    default void written(SegmentRecord segment, StoredTrack track) {}

    /** A file is lost; called for each one, for counting. */
    default void lost(String streamId, StoredTrack track, String why) {}

    /** Something that a person should read: once when it begins and once when it is over, not for each file. */
    default void warning(String message) {}
}
