package io.livedub.support;

import java.util.List;

import io.livedub.config.DubConfig;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.sound.DubSound;

import static java.util.Arrays.stream;

/** Settings of streams for tests: English into these languages, all else as the configuration's defaults have it. */
public final class TestSettings {
    /** English into Spanish: the configuration's defaults. */
    public static final StreamSettings SPANISH = into("es");

    private TestSettings() {}

    public static StreamSettings into(String... languages) {
        List<Target> targets = stream(languages).map(Target::of).toList();
        return new StreamSettings("en", targets, false, new DubConfig(DubSound.OFF, false));
    }
}
