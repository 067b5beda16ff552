package io.livedub.cli;

import io.quarkus.arc.Arc;
import io.quarkus.scheduler.Scheduler;

import io.livedub.config.WorkerConfig;

/**
 * Runs {@code serve --take-over} while Quarkus starts: everything is up but the HTTP servers, whose ports the process before has until it
 * ends.
 */
final class TakeOverAtStart {
    private TakeOverAtStart() {}

    /** Does nothing when no take-over is asked for. Else returns when this process has the streams, or ends the process. */
    static void begin(QuarkusLaunch.LaunchedTask launch) {
        WorkerConfig config = launch.config();
        boolean asked = config.continuity().takeOver()
                && config.segments().spool()
                && config.serve().spawn() != WorkerConfig.Spawn.KUBERNETES;
        if (!asked || !(launch.job() instanceof ServeJob job)) {
            return;
        }
        WorkerApplication.formatLogs(launch);
        WorkerApplication.onSignals(job);
        Arc.container().instance(Scheduler.class).get().resume();
        job.takeOver(config);
    }
}
