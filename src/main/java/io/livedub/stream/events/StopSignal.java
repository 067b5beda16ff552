package io.livedub.stream.events;

import java.util.Arrays;
import java.util.Optional;

/** The signals that end the program in order. */
public enum StopSignal {
    /** From a terminal: whoever sends it does not start the program again at once. */
    SIGINT(2),
    /** From a supervisor of processes, which may start the program again at once. */
    SIGTERM(15);

    /** A program that ends by signal N has exit code 128 + N, as shells say it. */
    private static final int BASE = 128;

    private final int number;

    StopSignal(int number) {
        this.number = number;
    }

    /** @return empty when no signal has this name */
    public static Optional<StopSignal> named(String name) {
        return Arrays.stream(values()).filter(each -> each.name().equals(name)).findFirst();
    }

    /** What {@code kill} and the JVM call it. */
    public String shortName() {
        return name().substring("SIG".length());
    }

    /** Whether it ends the streams as well. Else they are left for whoever is started next. */
    public boolean endsStreams() {
        return this == SIGINT;
    }

    public int exitCode() {
        return BASE + number;
    }
}
