package io.livedub.stream.supervision;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.id.StreamId;

/** What is known of streams' settings beside what is said of them. Called with the registry's lock held: must not block or throw. */
@FunctionalInterface
public interface SettingStore {
    /** Nothing is known and nothing is kept. */
    SettingStore NONE = streamId -> SettingsPatch.NOTHING;

    /** What the streams file says of a stream; asked when it starts and when its publisher comes back. */
    SettingsPatch ofFile(StreamId streamId);

    /**
     * Keeps what was said of a stream for a process that goes on with it.
     *
     * @param sources {@link SettingSources#NONE} when the stream is not known any more
     */
    default void keep(StreamId streamId, SettingSources sources) {}
}
