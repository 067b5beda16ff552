package io.livedub.cli;

import io.livedub.config.ConfigurationException;
import io.livedub.config.WorkerConfig;

/** A take-over goes by the spools. Without them this process would begin streams that another one has on air, and publish beside it. */
final class SpoolForTakeOver {
    private SpoolForTakeOver() {}

    static void check(WorkerConfig config) {
        if (config.continuity().takeOver() && !config.segments().spool()) {
            throw new ConfigurationException(
                    "WORKER_TAKE_OVER='on' is not valid with WORKER_SPOOL='off': streams are taken over by their spools;"
                            + " allowed is WORKER_SPOOL=on, or no take-over");
        }
    }
}
