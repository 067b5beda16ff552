package io.livedub.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import io.quarkus.arc.Arc;

import io.livedub.config.WorkerConfig;
import io.livedub.spawn.ParentLine;
import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamFactory;
import io.livedub.stream.StreamNews;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.StreamState;
import io.livedub.stream.StreamWorker;

/** One stream until it ends; its end is the exit code. */
final class RunJob implements Job {
    static final Duration DEFAULT_GRACE = Duration.ofSeconds(7);

    private final StreamSpec spec;
    private final boolean supervised;
    private StreamWorker worker;
    private Integer signalled;

    /**
     * @param inputUrl null: built from the configuration; so is {@code outputUrl}
     * @param supervised this is a child of {@code serve}: news go to standard output, words come from standard input
     */
    RunJob(WorkerConfig config, String streamId, String inputUrl, String outputUrl, boolean supervised) {
        this.supervised = supervised;
        StsRequired.check(config);
        spec = StreamSpec.of(config, streamId, DEFAULT_GRACE, WorkerConfig.StsLoss.EXIT)
                .withUrls(Optional.ofNullable(inputUrl), Optional.ofNullable(outputUrl));
    }

    @Override
    public int run(WorkerConfig config) {
        if (!supervised) {
            return run(news -> {}, started -> {});
        }
        try (ParentLine parent = new ParentLine(System.out)) {
            return run(parent, started -> parent.listen(System.in, words(started)));
        }
    }

    private static ParentLine.Words words(StreamWorker worker) {
        return new ParentLine.Words() {
            @Override
            public void stop(String reason) {
                worker.stop(reason);
            }

            @Override
            public void publisherGone() {
                worker.publisherGone();
            }

            @Override
            public void publisherThere() {
                worker.publisherThere();
            }
        };
    }

    private int run(Consumer<StreamNews> news, Consumer<StreamWorker> created) {
        synchronized (this) {
            if (signalled != null) {
                return signalled;
            }
            worker = Arc.container().instance(StreamFactory.class).get().create(spec, news);
        }
        created.accept(worker);
        StreamState end = worker.run().await().indefinitely();
        if (end instanceof StreamState.Failed failed) {
            System.err.println(failed.reason());
            return failed.exitCode().code();
        }
        synchronized (this) {
            return signalled == null ? ExitCode.OK.code() : signalled;
        }
    }

    @Override
    public synchronized boolean stop(int exitCode) {
        if (signalled != null) {
            return false;
        }
        signalled = exitCode;
        if (worker != null) {
            worker.stop(exitCode == 130 ? "SIGINT" : "SIGTERM");
        }
        return true;
    }
}
