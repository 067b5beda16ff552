package io.livedub.cli;

import java.util.Optional;

import io.livedub.config.WorkerConfig;

/** What the program does once Quarkus is up, until it returns. */
interface MainTask {
    /** @return the exit code */
    int run(WorkerConfig config) throws InterruptedException;

    /**
     * A signal asks for an orderly end; {@code exitCode} is what {@link #run} returns then. Does not block.
     *
     * @return false when it was asked before
     */
    boolean stop(int exitCode);

    /** What SIGHUP does; empty: what it does to every program that knows nothing of it. */
    default Optional<Runnable> onHangUp() {
        return Optional.empty();
    }
}
