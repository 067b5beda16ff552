package io.livedub.config;

import io.smallrye.config.Expressions;
import io.smallrye.config.SmallRyeConfigBuilder;

/**
 * Reads the {@link Settings} with each value as it was written. SmallRye Config would expand expressions: a password {@code pa$$word} would be sent
 * as {@code pa$word}, and a secret {@code ${SECRET}}, which some tool has left unexpanded, would count as not set and leave the doors open.
 */
public final class LiteralSettings {
    private LiteralSettings() {}

    /** @param sources a builder with the sources of the values, and interceptors of its own */
    public static Settings read(SmallRyeConfigBuilder sources) {
        return Expressions.withoutExpansion(() -> sources.addDefaultInterceptors()
                .withMapping(Settings.class)
                .withMappingIgnore("**")
                .build()
                .getConfigMapping(Settings.class));
    }
}
