package io.livedub.config;

import java.util.HashMap;
import java.util.Map;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

/** The configuration as a process with exactly these environment variables reads it. */
public final class Environment {
    private Environment() {}

    /** @param pairs name, value, name, value, … */
    public static WorkerConfig read(String... pairs) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            variables.put(pairs[i], pairs[i + 1]);
        }
        return WorkerConfig.of(
                LiteralSettings.read(new SmallRyeConfigBuilder().withSources(new EnvConfigSource(variables, 300))));
    }
}
