package io.livedub.cli;

import java.util.Optional;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.events.StopSignal;

/** The main work of a command, run once Quarkus is up. */
interface MainTask {
    /** @return the exit code */
    int run(WorkerConfig config) throws InterruptedException;

    /**
     * A signal asks for an orderly end; {@link #run} returns its exit code then. Does not block.
     *
     * @return false when it was asked before
     */
    boolean stop(StopSignal signal);

    /** Whether this is the child of a process that has the same environment and has said what is wrong with it. */
    default boolean supervised() {
        return false;
    }

    /** The action on SIGHUP. Empty: SIGHUP ends the program, which is the system's default. */
    default Optional<Runnable> onHangUp() {
        return Optional.empty();
    }
}
