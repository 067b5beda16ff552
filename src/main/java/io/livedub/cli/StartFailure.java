package io.livedub.cli;

import java.net.BindException;
import java.util.Locale;

import io.quarkus.runtime.QuarkusBindException;

import io.livedub.config.ConfigurationException;
import io.livedub.config.WorkerConfig;
import io.livedub.observe.Printable;
import io.livedub.stream.events.ExitCode;

/** Quarkus could not start: one line where the cause is the user's to mend. */
final class StartFailure {
    private StartFailure() {}

    static int report(Throwable failure, WorkerConfig config) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException wrong) {
                System.err.println(Printable.line(wrong.getMessage(), OneLineErrors.MOST_CHARACTERS));
                return ExitCode.USAGE.code();
            }
            if (cause instanceof QuarkusBindException bind) {
                boolean metrics = bind.getPort() == config.process().metricsPort();
                return portInUse(metrics ? "WORKER_METRICS_PORT" : "WORKER_HTTP_PORT", bind.getPort());
            }
            // Of the management interface Quarkus says only this, and has the port nowhere but in a text; the other
            // server's failure is the exception above.
            if (cause instanceof BindException) {
                return portInUse("WORKER_METRICS_PORT", config.process().metricsPort());
            }
        }
        if (ExitCode.of(failure) == ExitCode.OUT_OF_MEMORY) {
            System.err.println("stream-worker: out of memory while it started");
            return ExitCode.OUT_OF_MEMORY.code();
        }
        failure.printStackTrace();
        return ExitCode.INTERNAL.code();
    }

    private static int portInUse(String variable, int port) {
        System.err.printf(
                Locale.ROOT,
                "%s='%d' is not valid: the port is in use; allowed is a free port, or 0 for any%n",
                variable,
                port);
        return ExitCode.USAGE.code();
    }
}
