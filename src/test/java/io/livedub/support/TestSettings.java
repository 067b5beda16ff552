package io.livedub.support;

import java.util.List;

import io.livedub.config.DubConfig;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;

import static java.util.Arrays.stream;

/** Settings of streams for tests: English into these languages, all else as the configuration's defaults have it. */
public final class TestSettings {
    /** English into Spanish, as the configuration has it when nothing is set. */
    public static final StreamSettings SPANISH = into("es");

    private TestSettings() {}

    public static StreamSettings into(String... languages) {
        List<Target> targets = stream(languages).map(Target::of).toList();
        return new StreamSettings("en", targets, false, new DubConfig(DubConfig.Bed.OFF, -14, false, false));
    }
}
