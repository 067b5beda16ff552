package io.livedub.config;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The configuration that the program checked before Quarkus started. The container takes it from here: reading everything a second time
 * could find another value, for example in the file of a secret that was replaced meanwhile, and would refuse it too late.
 */
public final class ConfigurationAtStart {
    private static final AtomicReference<WorkerConfig> CHECKED = new AtomicReference<>();

    private static final AtomicReference<StreamsFile> STREAMS = new AtomicReference<>(StreamsFile.NONE);

    private ConfigurationAtStart() {}

    public static void set(WorkerConfig config) {
        CHECKED.set(config);
    }

    /** Empty where no command line started the program, as in a test of the container. */
    public static Optional<WorkerConfig> get() {
        return Optional.ofNullable(CHECKED.get());
    }

    public static void set(StreamsFile streams) {
        STREAMS.set(streams);
    }

    /** Without an entry where there is no such file. */
    public static StreamsFile streamsFile() {
        return STREAMS.get();
    }
}
