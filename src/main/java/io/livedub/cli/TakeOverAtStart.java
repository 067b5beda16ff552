package io.livedub.cli;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;

import io.livedub.config.WorkerConfig;

/**
 * Runs {@code serve --take-over} where it has to: everything is up but the HTTP servers, which Quarkus opens behind this event, and whose
 * ports the process before has until it ends.
 */
@ApplicationScoped
public class TakeOverAtStart {
    private static final int LAST = Integer.MAX_VALUE;

    void begin(@Observes @Priority(LAST) StartupEvent event, WorkerConfig config, Scheduler scheduler) {
        QuarkusLaunch.Launch launch = QuarkusLaunch.CURRENT.get();
        boolean asked = config.continuity().takeOver()
                && config.segments().spool()
                && config.serve().spawn() != WorkerConfig.Spawn.KUBERNETES;
        if (!asked || launch == null || !(launch.job() instanceof ServeJob job)) {
            return;
        }
        WorkerApplication.formatLogs(launch);
        WorkerApplication.onSignals(job);
        scheduler.resume();
        job.takeOver(config);
    }
}
