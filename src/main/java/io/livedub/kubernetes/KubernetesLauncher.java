package io.livedub.kubernetes;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import org.jboss.logging.Logger;

import io.livedub.config.StreamSettings;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.line.StreamLine;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.stream.supervision.StreamLauncher;
import io.livedub.work.SerialExecutor;

/** Each stream in a Job of its own; {@code serve} keeps one for each, as the API server has them. */
public final class KubernetesLauncher implements StreamLauncher, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KubernetesLauncher.class);

    private final ApiServer api;
    private final JobTemplate template;
    private final Optional<String> ownerName;
    private final StreamSettings environment;
    private final MediaClock clock;
    private final MeterRegistry meters;
    private final boolean lines;
    private final String processId = UUID.randomUUID().toString();
    private final SerialExecutor loop = SerialExecutor.named("kubernetes");
    private final JobStream.Host host;
    private final JobWatch watch;
    /** Used by the loop's thread alone. */
    private final Map<String, JobStream> streams = new HashMap<>();

    /** By the stream's id; empty where there is no line between this process and Jobs. */
    private final Map<StreamId, JobStream> speaking = new ConcurrentHashMap<>();

    private final Set<String> foundByJob = ConcurrentHashMap.newKeySet();
    private Optional<JobTemplate.Owner> owner = Optional.empty();
    private ClusterVersion version = ClusterVersion.UNKNOWN;
    private Consumer<StreamId> found = streamId -> {};
    private volatile String trouble = "the Kubernetes API server was not asked yet";

    /**
     * @param environment the settings of a stream from the variables alone
     * @param threads for the calls
     * @param drainLimit the longest a stream drains
     * @param meters for the series of streams that can be heard
     * @throws io.livedub.config.ConfigurationException as {@link #check}
     */
    public KubernetesLauncher(
            WorkerConfig.Kubernetes config,
            StreamSettings environment,
            MediaClock clock,
            Executor threads,
            Duration drainLimit,
            MeterRegistry meters) {
        this(ClusterAccess.of(config), config, environment, clock, threads, drainLimit, meters);
    }

    KubernetesLauncher(
            ClusterAccess access,
            WorkerConfig.Kubernetes config,
            StreamSettings environment,
            MediaClock clock,
            Executor threads,
            Duration drainLimit,
            MeterRegistry meters) {
        this.clock = clock;
        this.meters = meters;
        lines = config.parent().url().isPresent();
        this.environment = environment;
        template = JobTemplate.of(config);
        ownerName = config.owner();
        api = new ApiServer(access, threads);
        host = new JobStream.Host(api, loop, clock, drainLimit, this::forget);
        watch = new JobWatch(api, template.selector(), clock, new Watched());
    }

    /**
     * Whether streams can be launched with this configuration, as far as that can be told without asking the API server.
     *
     * @throws io.livedub.config.ConfigurationException when this is no pod of a cluster, or there is no template for a Job
     */
    public static void check(WorkerConfig.Kubernetes config) {
        ClusterAccess.of(config).trust();
        JobTemplate.of(config);
    }

    @Override
    public RunningStream launch(StreamSpec spec, Consumer<StreamEvent> events) {
        String name = template.nameOf(spec.streamId());
        boolean publisherKnown = !foundByJob.remove(name);
        Consumer<StreamEvent> series = lines ? new StreamMetrics(meters, spec.streamId()) : event -> {};
        JobStream stream = new JobStream(
                spec.streamId(),
                name,
                token -> job(spec, token),
                publisherKnown,
                lines
                        ? Optional.of(its -> new JobVoice(processId, clock, loop, spec.settings(), events, series, its))
                        : Optional.empty(),
                host,
                series.andThen(events));
        if (lines) {
            speaking.put(spec.streamId(), stream);
        }
        loop.execute(() -> {
            streams.put(stream.name(), stream);
            Runnable create = version.isKnown() ? stream::create : () -> findVersion(stream::create);
            if (ownerName.isPresent() && owner.isEmpty()) {
                findOwner(create);
            } else {
                create.run();
            }
        });
        return stream.voice()
                .<RunningStream>map(voice -> new HeardJob(stream, voice))
                .orElse(stream);
    }

    private ObjectNode job(StreamSpec spec, String token) {
        ObjectNode job = template.job(spec, environment, owner, token);
        return version.restartsContainers() ? JobTemplate.restarting(job) : JobTemplate.startingAgain(job);
    }

    /** Asks before the first Job: an older cluster refuses rules for the restart of a container, and a cluster of unknown version may. */
    private void findVersion(Runnable then) {
        api.version()
                .whenCompleteAsync(
                        (told, failure) -> {
                            if (failure == null) {
                                version = ClusterVersion.of(told);
                            }
                            then.run();
                        },
                        loop);
    }

    private void forget(JobStream stream) {
        streams.remove(stream.name(), stream);
        speaking.remove(stream.streamId(), stream);
    }

    /** The line of a stream that runs in a Job. Any thread. */
    public Optional<StreamLine> line(StreamId streamId) {
        return Optional.ofNullable(speaking.get(streamId))
                .flatMap(JobStream::voice)
                .map(JobVoice::line);
    }

    /** Without its owner a Job is as good on air; it then stays when the Deployment is deleted, until its source ends. */
    private void findOwner(Runnable then) {
        api.deployment(ownerName.orElseThrow())
                .whenCompleteAsync(
                        (deployment, failure) -> {
                            if (failure == null) {
                                owner = Optional.of(new JobTemplate.Owner(ownerName.get(), uid(deployment)));
                            } else {
                                LOG.warnf(
                                        "the Deployment of WORKER_KUBERNETES_OWNER cannot be read: %s; the Job is created without an"
                                                + " owner and is not deleted with serve",
                                        failure.getMessage());
                            }
                            then.run();
                        },
                        loop);
    }

    private static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    @Override
    public void findRunning(Consumer<StreamId> streamId) {
        loop.execute(() -> found = streamId);
        watch.start();
    }

    @Override
    public boolean outlivesProcess() {
        return true;
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void close() {
        watch.close();
        loop.close(() -> {});
    }

    private final class Watched implements JobWatch.JobListener {
        @Override
        public void listed(Map<String, JobView> byName, long askedNs) {
            loop.execute(() -> {
                List.copyOf(streams.values()).forEach(stream -> {
                    JobView job = byName.get(stream.name());
                    if (job == null) {
                        stream.missing(askedNs);
                    } else {
                        stream.changed(job);
                    }
                });
                takeOver(byName);
            });
        }

        @Override
        public void watching() {
            trouble = null;
        }

        /** Once: a Job of an unknown stream that appears later has just been deleted by us. */
        private void takeOver(Map<String, JobView> byName) {
            Consumer<StreamId> tell = found;
            found = streamId -> {};
            byName.values().stream()
                    .filter(job -> !job.deleting() && job.end().isEmpty() && !streams.containsKey(job.name()))
                    .filter(job -> job.streamId()
                            .map(template::nameOf)
                            .filter(job.name()::equals)
                            .isPresent())
                    .forEach(job -> {
                        foundByJob.add(job.name());
                        job.streamId().ifPresent(tell);
                    });
        }

        @Override
        public void changed(JobView job) {
            to(job, stream -> stream.changed(job));
        }

        @Override
        public void deleted(JobView job) {
            to(job, stream -> stream.deleted(job));
        }

        private void to(JobView job, Consumer<JobStream> word) {
            loop.execute(() -> Optional.ofNullable(streams.get(job.name())).ifPresent(word));
        }

        @Override
        public void lost(String why) {
            trouble = "Jobs cannot be watched: " + why;
        }
    }
}
