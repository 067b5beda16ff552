package io.livedub.access;

import java.util.Locale;

/** Why the worker ended a connection; also the value of the metric's label {@code reason}. */
enum Closing {
    SLOW("its request did not come in whole in time"),
    FULL("there were too many connections, and this one had been quiet longest");

    private final String why;

    Closing(String why) {
        this.why = why;
    }

    String why() {
        return why;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
