package io.livedub.cli;

import io.quarkus.runtime.QuarkusBindException;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.ExitCode;

/** Quarkus could not start: one line where the cause is the user's to mend. */
final class StartFailure {
    private StartFailure() {}

    static int report(Throwable failure, WorkerConfig config) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof QuarkusBindException bind) {
                String variable =
                        bind.getPort() == config.process().metricsPort() ? "WORKER_METRICS_PORT" : "WORKER_HTTP_PORT";
                System.err.printf(
                        "%s='%d' is not valid: the port is in use; allowed is a free port, or 0 for any%n",
                        variable, bind.getPort());
                return ExitCode.USAGE.code();
            }
        }
        failure.printStackTrace();
        return ExitCode.INTERNAL.code();
    }
}
