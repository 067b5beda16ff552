package io.livedub.observe;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.config.MeterFilter;

/** Meters of libraries that would stand in {@code /metrics} beside ours and help nobody. */
public final class ForeignMeters {
    /** The breaker's library counts the breakers of all streams in one series without {@code stream_id}, and warns at the second breaker. */
    @Produces
    @Singleton
    MeterFilter withoutThoseOfTheBreaker() {
        return MeterFilter.denyNameStartsWith("ft.");
    }
}
