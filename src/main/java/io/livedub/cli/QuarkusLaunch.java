package io.livedub.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntSupplier;

import io.quarkus.runtime.Quarkus;
import io.smallrye.config.SmallRyeConfigBuilder;

import io.livedub.config.AskedVariables;
import io.livedub.config.ConfigurationAtStart;
import io.livedub.config.LiteralSettings;
import io.livedub.config.Settings;
import io.livedub.config.WorkerConfig;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.supervision.BeforePorts;

/** Checks the configuration, then starts Quarkus around a job. */
final class QuarkusLaunch {
    /** The task of {@link WorkerApplication}. Quarkus creates that object itself, so the task cannot be passed to it. */
    static final AtomicReference<LaunchedTask> CURRENT = new AtomicReference<>();

    /** @param unread a line for each variable that is set and that nobody reads */
    record LaunchedTask(WorkerConfig config, MainTask job, List<String> unread) {}

    private QuarkusLaunch() {}

    /** @throws io.livedub.config.ConfigurationException when a variable has a value that is not allowed */
    static int run(CommonOptions options, Map<String, String> quarkusProperties, Function<WorkerConfig, MainTask> job) {
        options.toSystemProperties();
        AskedVariables asked = new AskedVariables();
        WorkerConfig config = WorkerConfig.of(settings(asked));
        quarkusProperties.forEach(System::setProperty);
        System.setProperty("quarkus.http.host", config.serve().httpHost());
        System.setProperty("quarkus.http.port", String.valueOf(config.process().httpPort()));
        System.setProperty("quarkus.management.host", config.serve().metricsHost());
        // access.ConnectionGuard is found by Netty itself, and only when this says so. Never for echo-sts: its
        // clients wait longer for an answer than the guard allows.
        System.setProperty("io.netty.bootstrap.extensions", "serviceload");
        System.setProperty(
                "quarkus.management.port", String.valueOf(config.process().metricsPort()));
        logLevel(config.logging().level());
        MainTask task = job.apply(config);
        return start(new LaunchedTask(config, task, task.supervised() ? List.of() : asked.unread()));
    }

    /** For a command that needs no servers, but logging and the container that fault tolerance lives in. */
    static int withoutServers(IntSupplier command) {
        System.setProperty("quarkus.http.host-enabled", "false");
        System.setProperty("quarkus.management.host-enabled", "false");
        return start(new LaunchedTask(WorkerConfig.of(settings()), new CommandJob(command), List.of()));
    }

    /**
     * Levels below INFO apply to this program alone: the libraries' own details would come in thousands of lines, and before the form
     * that LOG_FORMAT chose is in place.
     */
    private static void logLevel(String level) {
        boolean detailed = "DEBUG".equals(level) || "TRACE".equals(level);
        System.setProperty("quarkus.log.level", detailed ? "INFO" : level);
        System.setProperty("quarkus.log.category.\"io.livedub\".level", level);
    }

    private static int start(LaunchedTask launch) {
        TemporaryFolder.prepare();
        CURRENT.set(launch);
        BeforePorts.set(() -> TakeOverAtStart.begin(launch));
        ConfigurationAtStart.set(launch.config());
        WorkerApplication.onSignals(launch.job());
        AtomicReference<Integer> exit = new AtomicReference<>(ExitCode.INTERNAL.code());
        Quarkus.run(
                WorkerApplication.class,
                (code, failure) -> exit.set(failure == null ? code : StartFailure.report(failure, launch.config())));
        return exit.get();
    }

    /** From the environment and system properties. The class path has no setting of ours, and looking there opens every jar. */
    static Settings settings() {
        return settings(new AskedVariables());
    }

    private static Settings settings(AskedVariables asked) {
        return LiteralSettings.read(
                new SmallRyeConfigBuilder().addSystemSources().withInterceptors(asked));
    }
}
