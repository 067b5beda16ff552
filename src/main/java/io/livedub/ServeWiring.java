package io.livedub;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;

import io.livedub.config.ConfigurationAtStart;
import io.livedub.config.StreamsFile;
import io.livedub.config.WorkerConfig;
import io.livedub.kubernetes.KubernetesLauncher;
import io.livedub.line.LineServer;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.spawn.ChildCommand;
import io.livedub.spawn.ProcessLauncher;
import io.livedub.spool.ServingFolder;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.chain.SpooledSettings;
import io.livedub.stream.chain.SpooledStreams;
import io.livedub.stream.chain.StreamFactory;
import io.livedub.stream.supervision.BeforePorts;
import io.livedub.stream.supervision.Capacity;
import io.livedub.stream.supervision.InProcessLauncher;
import io.livedub.stream.supervision.MemoryBudget;
import io.livedub.stream.supervision.Serving;
import io.livedub.stream.supervision.ServingWatch;
import io.livedub.stream.supervision.SettingsOnDisk;
import io.livedub.stream.supervision.StreamLauncher;
import io.livedub.stream.supervision.StreamRegistry;
import io.livedub.stream.supervision.StreamsFileWatch;
import io.livedub.stream.supervision.SupervisionTelemetry;

/** Makes the objects that {@code serve} consists of. In {@code run} nothing asks for them. */
@Singleton
public class ServeWiring {
    private static final int MOST_JOBS = 1000;
    private static final Duration STREAMS_FILE_EACH = Duration.ofSeconds(2);

    @Produces
    @Singleton
    public StreamLauncher launcher(WorkerConfig config, StreamFactory factory, MediaClock clock, MeterRegistry meters) {
        Executor workers = Infrastructure.getDefaultWorkerPool();
        WorkerConfig.Spawn spawn = config.serve().spawn();
        if (spawn == WorkerConfig.Spawn.PROCESS) {
            return new ProcessLauncher(new ChildCommand(config), meters, clock, config.drainLimit());
        } else if (spawn == WorkerConfig.Spawn.KUBERNETES) {
            return new KubernetesLauncher(
                    config.serve().kubernetes(), config.streamSettings(), clock, workers, config.drainLimit(), meters);
        }
        return new InProcessLauncher(factory, workers);
    }

    @Produces
    @Singleton
    @Unremovable
    public StreamRegistry registry(
            WorkerConfig config,
            StreamLauncher launcher,
            StreamsFileWatch streamsFile,
            MediaClock clock,
            SpooledSettings spooled,
            MeterRegistry meters) {
        // A Job's memory is its node's: of those there are as many as the cluster has room for.
        boolean elsewhere = config.serve().spawn() == WorkerConfig.Spawn.KUBERNETES;
        MemoryBudget budget = MemoryBudget.of(config);
        int most = elsewhere && config.process().maxStreams() == 0
                ? MOST_JOBS
                : config.process().maxStreams();
        int limit = most > 0 ? most : budget.streams(Runtime.getRuntime().maxMemory());
        return new StreamRegistry(
                launcher,
                // A number that somebody chose is obeyed; memory is looked at only when it decides.
                new Capacity(limit, most > 0 ? () -> true : budget::oneMoreFits),
                clock,
                InstantSource.system(),
                id -> StreamSpec.of(config, id, StreamSpec.Defaults.SERVE),
                // A stream's Job has its settings as arguments, and goes on with them by itself.
                new SettingsOnDisk(streamsFile::of, elsewhere ? (id, said) -> {} : spooled::keep),
                new SupervisionTelemetry(meters));
    }

    @Produces
    @Singleton
    @Unremovable
    public StreamsFileWatch streamsFile(WorkerConfig config) {
        StreamLog log = StreamLog.ofProcess();
        return new StreamsFileWatch(
                config.languages().streamsFile(),
                ConfigurationAtStart.streamsFile(),
                file -> StreamsFile.read(file, config.settingRules()),
                () -> log.info("the streams file was read again: streams that start from now on have its settings"),
                why -> log.warn(
                        "the streams file was read again and is wrong, so the settings that were read before still hold: "
                                + why));
    }

    void watchStreamsFile(
            @Observes Serving serving,
            WorkerConfig config,
            StreamsFileWatch file,
            StreamRegistry registry,
            MediaClock clock) {
        if (config.languages().streamsFile().isPresent()) {
            lookLater(file, registry, clock);
        }
    }

    /** On a worker thread: a file system that hangs must not hold up the clock of the streams. */
    private static void lookLater(StreamsFileWatch file, StreamRegistry registry, MediaClock clock) {
        clock.schedule(clock.nowNs() + STREAMS_FILE_EACH.toNanos(), () -> {
            // No stream starts any more, and the worker threads are about to end.
            if (!registry.isDraining()) {
                Infrastructure.getDefaultWorkerPool().execute(() -> {
                    try {
                        file.look();
                    } finally {
                        lookLater(file, registry, clock);
                    }
                });
            }
        });
    }

    /** Before Jobs are looked for: those that are found are about to come. */
    void hearJobs(
            @Observes @Priority(1) Serving serving,
            WorkerConfig config,
            StreamLauncher launcher,
            StreamRegistry registry,
            MediaClock clock,
            Vertx vertx) {
        WorkerConfig.Parent parent = config.serve().kubernetes().parent();
        if (launcher instanceof KubernetesLauncher jobs && parent.url().isPresent()) {
            int port = new LineServer(vertx, jobs::line, clock, 2 * registry.limit())
                    .start(config.serve().httpHost(), parent.port());
            StreamLog.ofProcess().info("listens for the streams of its Jobs on port " + port, "port", port);
        }
    }

    void takeOver(@Observes Serving serving, StreamLauncher launcher, StreamRegistry registry) {
        launcher.findRunning(streamId -> registry.ready(streamId, ""));
    }

    /**
     * Streams that a process has left behind that was killed, or ended by a signal a moment ago: on air again without waiting for a hook. A stream of its
     * own process or Job finds its spool by itself, so this only says that it is there.
     */
    void resume(
            @Observes Serving serving,
            WorkerConfig config,
            StreamRegistry registry,
            ServingWatch watch,
            SpooledStreams spooled,
            SpooledSettings settings) {
        if (config.segments().spool() && config.serve().spawn() != WorkerConfig.Spawn.KUBERNETES) {
            Infrastructure.getDefaultWorkerPool().execute(() -> {
                takeUpLeft(registry, spooled, settings);
                watch.takeLeft(config.segments().resumeMaxAge())
                        .forEach(streamId -> registry.resume(streamId, settings.of(streamId)));
            });
        }
    }

    private static void takeUpLeft(StreamRegistry registry, SpooledStreams spooled, SpooledSettings settings) {
        spooled.young(streamId -> registry.one(streamId).isEmpty())
                .forEach(streamId -> registry.resume(streamId, settings.of(streamId)));
    }

    @Produces
    @Singleton
    @Unremovable
    public ServingWatch servingWatch(
            WorkerConfig config,
            StreamRegistry registry,
            MediaClock clock,
            SpooledStreams spooled,
            SpooledSettings settings) {
        return new ServingWatch(
                new ServingFolder(config.segments().dir()),
                registry,
                clock,
                Infrastructure.getDefaultWorkerPool(),
                () -> takeUpLeft(registry, spooled, settings),
                StreamLog.ofProcess());
    }

    /** The last of all that happens at the start: Quarkus opens the HTTP servers behind it. */
    void takeOverStreams(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        BeforePorts.run();
    }

    /** Jobs outlive this process: there is nothing to hand over. */
    void serve(@Observes Serving serving, WorkerConfig config, ServingWatch watch) {
        if (config.segments().spool() && config.serve().spawn() != WorkerConfig.Spawn.KUBERNETES) {
            watch.begin();
        }
    }

    void measure(@Observes Serving serving, StreamRegistry registry, StreamLauncher launcher, MeterRegistry meters) {
        Gauge.builder(
                        "worker.launcher.trouble",
                        launcher,
                        place -> place.trouble().isPresent() ? 1 : 0)
                .description("1 while something is wrong with the place where streams run; /health/ready says what")
                .register(meters);
        Gauge.builder("worker.streams", registry, StreamRegistry::occupied)
                .description("Streams that are on air, starting, draining or waiting for their restart")
                .register(meters);
        Gauge.builder("worker.streams.limit", registry, StreamRegistry::limit)
                .description("Streams that this process takes")
                .register(meters);
        Gauge.builder("worker.capacity.available", registry, r -> r.hasRoom() ? r.limit() - r.occupied() : 0)
                .description("Streams that this process could take on top")
                .register(meters);
    }
}
