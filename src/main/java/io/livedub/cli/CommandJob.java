package io.livedub.cli;

import java.util.function.IntSupplier;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.events.StopSignal;

/** A command that runs inside Quarkus and does all the rest itself, signals included. */
record CommandJob(IntSupplier command) implements MainTask {
    @Override
    public int run(WorkerConfig config) {
        return command.getAsInt();
    }

    /** A signal ends the command at once, because it has nothing to drain. */
    @Override
    public boolean stop(StopSignal signal) {
        return false;
    }
}
