package io.livedub.cli;

import java.util.function.IntSupplier;

import io.livedub.config.WorkerConfig;

/** A command that runs inside Quarkus and does all the rest itself, signals included. */
record CommandJob(IntSupplier command) implements MainTask {
    @Override
    public int run(WorkerConfig config) {
        return command.getAsInt();
    }

    /** Nothing to drain: a signal ends it. */
    @Override
    public boolean stop(int exitCode) {
        return false;
    }
}
