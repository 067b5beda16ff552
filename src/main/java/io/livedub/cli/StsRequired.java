package io.livedub.cli;

import io.livedub.config.ConfigurationException;
import io.livedub.config.WorkerConfig;

/** Streams that are to be dubbed need a service. The echo and the checks read the same configuration and need none. */
final class StsRequired {
    private StsRequired() {}

    static void check(WorkerConfig config) {
        if (config.streamSettings().isDubbed() && config.sts().serviceUrl().isEmpty()) {
            throw new ConfigurationException("WORKER_STS_SERVICE_URL='' is not valid: allowed is http(s)://host:port or"
                    + " ws(s)://host:port; it is required unless WORKER_STS_MODE is passthrough or"
                    + " WORKER_TARGET_LANGUAGE is original");
        }
    }
}
