package io.livedub.cli;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.quarkus.arc.Arc;
import io.vertx.core.Vertx;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.line.ParentSocket;
import io.livedub.line.ParentWords;
import io.livedub.media.RedactedUrl;
import io.livedub.observe.Printable;
import io.livedub.observe.StreamLog;
import io.livedub.spawn.ParentLine;
import io.livedub.stream.SlateFile;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.chain.StreamFactory;
import io.livedub.stream.chain.StreamWorker;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StopSignal;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

/** Runs one stream until it ends, and returns its exit code. */
final class RunJob implements MainTask {
    private final StreamSpec spec;
    private final boolean supervised;
    /** A pod that ends takes its segment folder with it: no process could go on. */
    private final boolean inJob;

    private StreamWorker worker;
    private StopSignal signalled;

    /** From the command line, each null where it is built from the configuration; a backup's URL says that there is one. */
    record Urls(String input, String backup, String output) {}

    /**
     * @param supervised this is a child of {@code serve}: events go to standard output, words come from standard input
     */
    RunJob(WorkerConfig config, StreamId streamId, Urls urls, boolean supervised) {
        this.supervised = supervised;
        this.inJob = config.serve().kubernetes().parent().isJob();
        StsRequired.check(config);
        SpoolForTakeOver.check(config);
        var unused = SlateFile.plan(config.continuity());
        spec = StreamSpec.of(config, streamId, StreamSpec.Defaults.RUN)
                .withUrls(Optional.ofNullable(urls.input()), Optional.ofNullable(urls.output()))
                .withBackup(Optional.ofNullable(urls.backup()));
    }

    @Override
    public boolean supervised() {
        return supervised;
    }

    @Override
    public int run(WorkerConfig config) {
        StartLine line = new StartLine(supervised ? "run, supervised by serve" : "run")
                .with("mode", StartLine.mode(config))
                .with("source", RedactedUrl.of(spec.inputUrl()))
                .with("output", RedactedUrl.of(spec.outputUrl()))
                .with("segments", config.segments().dir());
        if (spec.backup().isPresent()) {
            line = line.with("backup", RedactedUrl.of(spec.backup().get()));
        }
        if (!supervised) {
            line = line.with("metrics", StartLine.metricsDoor());
        }
        line.to(StreamLog.of(spec.streamId()));
        if (!supervised) {
            return inJob ? runInJob(config.serve().kubernetes().parent()) : run(this::goOver, started -> {});
        }
        try (ParentLine parent = new ParentLine(System.out)) {
            return run(parent, started -> parent.listen(System.in, words(started)));
        }
    }

    /** Whatever becomes of the line, the stream runs. */
    private int runInJob(WorkerConfig.Parent parent) {
        AtomicReference<StreamWorker> running = new AtomicReference<>();
        try (ParentSocket line = new ParentSocket(
                Arc.container().instance(Vertx.class).get(),
                parent.url().orElseThrow(),
                parent.token().orElseThrow(),
                spec.streamId(),
                spec.settings(),
                new JobWords(running::get))) {
            return run(line.andThen(this::goOver), running::set);
        }
    }

    /** Takes a stream that another process has on air as soon as this process is ready. */
    private void goOver(StreamEvent event) {
        if (event instanceof LifeEvent.StandingBy standing && standing.ready()) {
            worker.command(new StreamCommand.AskForStream());
        }
    }

    /** @param worker null before the stream is there */
    private record JobWords(Supplier<StreamWorker> worker) implements ParentWords {
        @Override
        public void publisherGone() {
            tell(StreamWorker::publisherGone);
        }

        @Override
        public void publisherThere() {
            tell(StreamWorker::publisherThere);
        }

        @Override
        public void command(StreamCommand command) {
            tell(running -> running.command(command));
        }

        private void tell(Consumer<StreamWorker> word) {
            Optional.ofNullable(worker.get()).ifPresent(word);
        }
    }

    private static ParentLine.ParentMessages words(StreamWorker worker) {
        return new ParentLine.ParentMessages() {
            @Override
            public void stop(String reason) {
                worker.stop(reason);
            }

            @Override
            public void leave(String reason) {
                worker.leave(reason);
            }

            @Override
            public void publisherGone() {
                worker.publisherGone();
            }

            @Override
            public void publisherThere() {
                worker.publisherThere();
            }

            @Override
            public void command(StreamCommand command) {
                worker.command(command);
            }

            @Override
            public void parentGone() {
                if (worker.isKept()) {
                    // The next parent starts the stream again, which goes on with the spool: to drain first would keep
                    // the folder locked until all has aired.
                    Runtime.getRuntime().halt(ExitCode.INTERNAL.code());
                }
                worker.stop("the parent is gone");
            }
        };
    }

    private int run(Consumer<StreamEvent> events, Consumer<StreamWorker> created) {
        synchronized (this) {
            if (signalled != null) {
                return signalled.exitCode();
            }
            try {
                worker = Arc.container().instance(StreamFactory.class).get().create(spec, events);
            } catch (StreamFailure refused) {
                events.accept(new LifeEvent.Life(
                        StreamState.initial(),
                        new StreamState.Failed(refused.getMessage(), refused.exitCode()),
                        refused.getMessage()));
                System.err.println(Printable.line(refused.getMessage(), OneLineErrors.MOST_CHARACTERS));
                return refused.exitCode().code();
            }
        }
        created.accept(worker);
        StreamState end = worker.run().await().indefinitely();
        if (end instanceof StreamState.Failed failed) {
            System.err.println(Printable.line(failed.reason(), OneLineErrors.MOST_CHARACTERS));
            return failed.exitCode().code();
        }
        synchronized (this) {
            return signalled == null ? ExitCode.OK.code() : signalled.exitCode();
        }
    }

    @Override
    public synchronized boolean stop(StopSignal signal) {
        if (signalled != null) {
            return false;
        }
        signalled = signal;
        if (worker != null && !signal.endsStreams() && !inJob) {
            worker.leave(signal.name());
        } else if (worker != null) {
            worker.stop(signal.name());
        }
        return true;
    }
}
