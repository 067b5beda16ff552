package io.livedub.cli;

import java.util.Locale;

import io.livedub.config.ConfigurationException;
import io.livedub.config.WorkerConfig;

/**
 * Two servers of one process on the same address are taken for one that is shared: each gets every second connection, whomever it is for. Hooks,
 * metrics and health would be answered with 404, and the program would look healthy to itself.
 */
final class SeparatePorts {
    private SeparatePorts() {}

    /** @throws ConfigurationException when two of {@code serve}'s doors have the same address */
    static void check(WorkerConfig config) {
        int http = config.process().httpPort();
        int metrics = config.process().metricsPort();
        WorkerConfig.Serve serve = config.serve();
        boolean oneHost = serve.metricsHost().equals(serve.httpHost());
        if (oneHost) {
            differ("WORKER_METRICS_PORT", metrics, "WORKER_HTTP_PORT", http);
        }
        WorkerConfig.Parent parent = serve.kubernetes().parent();
        if (serve.spawn() == WorkerConfig.Spawn.KUBERNETES && parent.url().isPresent()) {
            differ("WORKER_PARENT_PORT", parent.port(), "WORKER_HTTP_PORT", http);
            if (oneHost) {
                differ("WORKER_PARENT_PORT", parent.port(), "WORKER_METRICS_PORT", metrics);
            }
        }
    }

    private static void differ(String variable, int port, String other, int its) {
        // Of 0 each server gets a free port of its own.
        if (port == its && port != 0) {
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "%s='%d' is not valid: %s is the same port; allowed is another one, or 0 for any",
                    variable,
                    port,
                    other));
        }
    }
}
