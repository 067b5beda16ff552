package io.livedub.stream.supervision;

import java.util.function.BiConsumer;
import java.util.function.Function;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;

/**
 * Settings that stand in the streams file, and those that are kept beside the spools.
 *
 * @param file what the streams file says of a stream
 * @param spools given what was said of it
 */
public record SettingsOnDisk(Function<String, SettingsPatch> file, BiConsumer<String, SettingSources> spools)
        implements SettingStore {
    @Override
    public SettingsPatch ofFile(String streamId) {
        return file.apply(streamId);
    }

    @Override
    public void keep(String streamId, SettingSources sources) {
        spools.accept(streamId, sources);
    }
}
