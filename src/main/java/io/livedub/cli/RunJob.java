package io.livedub.cli;

import java.time.Duration;
import java.util.Optional;

import io.quarkus.arc.Arc;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamFactory;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.StreamState;
import io.livedub.stream.StreamWorker;

/** One stream until it ends; its end is the exit code. */
final class RunJob implements Job {
    static final Duration DEFAULT_GRACE = Duration.ofSeconds(7);

    private final StreamSpec spec;
    private StreamWorker worker;
    private Integer signalled;

    /** @param inputUrl null: built from the configuration; so is {@code outputUrl} */
    RunJob(WorkerConfig config, String streamId, String inputUrl, String outputUrl) {
        StsRequired.check(config);
        spec = StreamSpec.of(config, streamId, DEFAULT_GRACE)
                .withUrls(Optional.ofNullable(inputUrl), Optional.ofNullable(outputUrl));
    }

    @Override
    public int run(WorkerConfig config) {
        synchronized (this) {
            if (signalled != null) {
                return signalled;
            }
            worker = Arc.container().instance(StreamFactory.class).get().create(spec, news -> {});
        }
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
