package io.livedub.stream.events;

import java.util.Locale;

/** States of the circuit breaker, in the order of the gauge {@code worker_sts_breaker_state}. */
public enum BreakerState {
    CLOSED,
    HALF_OPEN,
    OPEN;

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public int gauge() {
        return ordinal();
    }
}
