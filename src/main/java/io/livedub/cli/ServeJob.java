package io.livedub.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import org.jboss.logging.Logger;

import io.livedub.config.ConfigurationAtStart;
import io.livedub.config.StreamsFile;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.kubernetes.KubernetesLauncher;
import io.livedub.observe.StreamLog;
import io.livedub.spool.ServingFolder;
import io.livedub.stream.SlateFile;
import io.livedub.stream.chain.SpooledSettings;
import io.livedub.stream.chain.SpooledStreams;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StopSignal;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.stream.supervision.Serving;
import io.livedub.stream.supervision.ServingWatch;
import io.livedub.stream.supervision.StreamListing;
import io.livedub.stream.supervision.StreamRegistry;
import io.livedub.stream.supervision.StreamsFileWatch;

/** Waits for hooks until a signal ends it; then what is held airs. Hooks are answered meanwhile: with 503. */
final class ServeJob implements MainTask {
    private static final Logger LOG = Logger.getLogger(ServeJob.class);

    /** Empty when another process has all streams. */
    private final CompletableFuture<Optional<StopSignal>> ending = new CompletableFuture<>();

    private final Optional<Path> streamsFile;

    ServeJob(WorkerConfig config) {
        StsRequired.check(config);
        SeparatePorts.check(config);
        streamsFile = config.languages().streamsFile();
        streamsFile.ifPresent(file -> ConfigurationAtStart.set(StreamsFile.read(file, config.settingRules())));
        if (config.serve().spawn() == WorkerConfig.Spawn.KUBERNETES) {
            KubernetesLauncher.check(config.serve().kubernetes());
        } else {
            SpoolForTakeOver.check(config);
            // With a Job for each stream the film lies where the Jobs run.
            var unused = SlateFile.plan(config.continuity());
        }
    }

    @Override
    public int run(WorkerConfig config) throws InterruptedException {
        StreamRegistry registry = Arc.container().instance(StreamRegistry.class).get();
        Arc.container().beanManager().getEvent().select(Serving.class).fire(new Serving());
        StartLine line = new StartLine("serve")
                .with("mode", StartLine.mode(config))
                .with("http", StartLine.httpDoor())
                .with("metrics", StartLine.metricsDoor())
                .with(
                        "spawn",
                        config.serve().spawn().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .with("streams", "up to " + registry.limit())
                .with("segments", config.segments().dir());
        streamsFile.ifPresent(file -> line.with("streams file", file));
        line.to(StreamLog.ofProcess());
        long startedNs = System.nanoTime();
        ServingWatch watch = Arc.container().instance(ServingWatch.class).get();
        watch.takenOver().thenAccept(this::takenOver);
        Optional<StopSignal> signal = ending.join();
        String why = signal.map(StopSignal::name).orElse("taken over");
        int exitCode = signal.map(StopSignal::exitCode).orElse(ExitCode.OK.code());
        Set<StreamId> had = registry.all().stream().map(StreamListing::streamId).collect(Collectors.toSet());
        drain(registry, config, RunningStream.endWord(signal, why));
        if (signal.isPresent()) {
            Arc.container().instance(SpooledSettings.class).get().keepAgain(had);
            watch.leave(had);
        }
        String seconds = String.format(Locale.ROOT, "%.1f", (System.nanoTime() - startedNs) / 1e9);
        StreamLog.ofProcess()
                .info(
                        "serve ends after " + seconds + " s: " + why + ", exit code " + exitCode,
                        "duration_s",
                        Double.valueOf(seconds),
                        "exit_code",
                        exitCode,
                        "reason",
                        why);
        return exitCode;
    }

    /**
     * A process of another machine has its own ports. This one then waits for its signal: whoever supervises it would start it again, and it
     * would take the streams back.
     */
    private void takenOver(String successor) {
        boolean here;
        try {
            here = ServingFolder.isHere(successor);
        } catch (IOException nameless) {
            here = true;
        }
        StreamLog.ofProcess()
                .info(successor + " has all streams: this process " + (here ? "ends" : "waits for its signal"));
        if (here) {
            ending.complete(Optional.empty());
        }
    }

    /** Before the ports are open: the other process has them until it ends. */
    void takeOver(WorkerConfig config) {
        StreamRegistry registry = Arc.container().instance(StreamRegistry.class).get();
        new TakeOverPhase(
                        registry,
                        Arc.container().instance(SpooledStreams.class).get(),
                        Arc.container().instance(SpooledSettings.class).get(),
                        new ServingFolder(config.segments().dir()),
                        ending)
                .run(config.drainLimit());
    }

    private static void drain(StreamRegistry registry, WorkerConfig config, Consumer<RunningStream> word)
            throws InterruptedException {
        // A child that hangs is killed at the limit, and its end is to be seen.
        Duration limit = config.drainLimit().plusSeconds(10);
        try {
            registry.drain(word).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stuck) {
            LOG.errorf(
                    "%d streams have not drained within %d s; the process ends now and cuts them off",
                    registry.occupied(), limit.toSeconds());
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean stop(StopSignal signal) {
        return ending.complete(Optional.of(signal));
    }

    /** Without a streams file a terminal that is closed ends the program, as before. */
    @Override
    public Optional<Runnable> onHangUp() {
        return streamsFile.map(file -> () -> {
            ArcContainer container = Arc.container();
            if (container != null && container.isRunning()) {
                container.instance(StreamsFileWatch.class).get().readAgain();
            }
        });
    }
}
