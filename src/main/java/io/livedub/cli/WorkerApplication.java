package io.livedub.cli;

import java.util.logging.Handler;
import java.util.logging.Level;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.scheduler.Scheduler;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.handlers.ConsoleHandler;
import sun.misc.Signal;

import io.livedub.media.MediaClock;
import io.livedub.observe.LogLine;
import io.livedub.stream.events.StopSignal;

/**
 * Runs the job of {@link QuarkusLaunch} while Quarkus is up, and turns signals into an orderly end. No bean, so Quarkus makes it with
 * its constructor, which a native image keeps only because it is registered.
 */
@RegisterForReflection
public class WorkerApplication implements QuarkusApplication {
    /** Dev mode ends the program to start it anew. */
    static final StopSignal RELOADED = StopSignal.SIGTERM;

    @Override
    public int run(String... args) throws Exception {
        QuarkusLaunch.LaunchedTask launch = QuarkusLaunch.CURRENT.get();
        formatLogs(launch);
        // A failure after its subscriber has cancelled is no error; Mutiny's own words are a stack trace.
        Infrastructure.setDroppedExceptionHandler(
                late -> Logger.getLogger("io.livedub").log(Level.FINE, "failed after its end", late));
        Logger ofTheConfiguration = Logger.getLogger("io.livedub.config");
        launch.config().warnings().forEach(ofTheConfiguration::warning);
        launch.unread().forEach(ofTheConfiguration::warning);
        // Again: as a native image Quarkus has put its own in their place while it started.
        onSignals(launch.job());
        // Halted until now: a start that fails would otherwise be followed by the stack trace of a tick
        // without its bean.
        Arc.container().instance(Scheduler.class).get().resume();
        if (launch.job() instanceof RunJob) {
            // With one stream alone: `serve` would end all of them for the sake of one.
            OutOfMemoryExit.whenLogged();
        }
        Infrastructure.getDefaultExecutor().execute(() -> TemporaryFolder.removeOfKilled(TemporaryFolder.folder()));
        if (RegularCollection.pays(launch.job(), launch.config())) {
            MediaClock clock = Arc.container().instance(MediaClock.class).get();
            new RegularCollection(clock, System::gc).begin();
        }
        if (LaunchMode.current().isDev()) {
            endWhenFilesChange(launch.job());
        }
        return launch.job().run(launch.config());
    }

    /** When a file was changed, dev mode waits until this application has ended, and then starts it anew in the same JVM. */
    private static void endWhenFilesChange(MainTask job) {
        Thread thread = new Thread(
                () -> {
                    Quarkus.waitForExit();
                    job.stop(RELOADED);
                },
                "dev-mode");
        thread.setDaemon(true);
        thread.start();
    }

    // Main chooses the console that is null where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    static void formatLogs(QuarkusLaunch.LaunchedTask launch) {
        boolean json = launch.config().logging().json().orElseGet(() -> System.console() == null);
        LogLine format = new LogLine(
                json,
                launch.config().process().runId(),
                launch.config().process().instanceId());
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            formatConsole(handler, format);
        }
    }

    private static void formatConsole(Handler handler, LogLine format) {
        if (handler instanceof ConsoleHandler) {
            handler.setFormatter(format);
        } else if (handler instanceof org.jboss.logmanager.ExtHandler wrapper) {
            for (Handler inner : wrapper.getHandlers()) {
                formatConsole(inner, format);
            }
        }
    }

    /**
     * The first signal drains, the second ends at once. The JVM's own handling would run shutdown hooks, in which what is held could
     * not be aired any more: Quarkus' hook has stopped its servers and pools by then. A signal while Quarkus starts must not reach the JVM
     * either: the hook would wait for the application's end, and the application, which knows of nothing, would go on air.
     */
    @SuppressWarnings("sunapi")
    static void onSignals(MainTask job) {
        for (StopSignal each : StopSignal.values()) {
            Signal.handle(new Signal(each.shortName()), unused -> {
                if (!job.stop(each)) {
                    Runtime.getRuntime().halt(each.exitCode());
                }
            });
        }
        job.onHangUp().ifPresent(work -> Signal.handle(new Signal("HUP"), signal -> work.run()));
    }
}
