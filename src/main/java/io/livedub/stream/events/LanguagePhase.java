package io.livedub.stream.events;

import java.util.Locale;

/** Where one language of a stream stands. Another one's is not touched by it. */
public enum LanguagePhase {
    /** The language is not on air yet. */
    STARTING,
    ON_AIR,
    /** The media server has refused it or lost it; it is published again and again. */
    OUTPUT_LOST,
    /** No more segments are dubbed; held segments air. */
    DRAINING,
    CLOSED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
