package io.livedub.stream.supervision;

import java.util.function.BiConsumer;
import java.util.function.Function;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.id.StreamId;

/**
 * Settings that stand in the streams file, and those that are kept beside the spools.
 *
 * @param file what the streams file says of a stream
 * @param spools given what was said of it
 */
public record SettingsOnDisk(Function<StreamId, SettingsPatch> file, BiConsumer<StreamId, SettingSources> spools)
        implements SettingStore {
    @Override
    public SettingsPatch ofFile(StreamId streamId) {
        return file.apply(streamId);
    }

    @Override
    public void keep(StreamId streamId, SettingSources sources) {
        spools.accept(streamId, sources);
    }
}
