package io.livedub.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jboss.logging.Logger;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.spool.ServingFolder;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.chain.SpooledSettings;
import io.livedub.stream.chain.SpooledStreams;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StopSignal;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.stream.supervision.SaidMeanwhile;
import io.livedub.stream.supervision.StartAnswer;
import io.livedub.stream.supervision.StreamRegistry;
import io.livedub.stream.supervision.TakeOver;
import io.livedub.stream.supervision.TakeOver.Step;

/**
 * {@code serve --take-over} before its ports are open: takes the streams of the process over that serves with the same segment folder, and waits
 * until that one has ended. When it cannot, this process ends, and the other one is on air as before.
 */
final class TakeOverPhase {
    private static final Logger LOG = Logger.getLogger(TakeOverPhase.class);
    private static final Duration EACH = Duration.ofMillis(50);
    /** The last lines are on their way to whoever reads them. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private final StreamRegistry registry;
    private final SpooledStreams spooled;
    private final SpooledSettings settings;
    private final ServingFolder folder;
    /** Completes with the signal that ends this process. */
    private final CompletableFuture<Optional<StopSignal>> ending;

    TakeOverPhase(
            StreamRegistry registry,
            SpooledStreams spooled,
            SpooledSettings settings,
            ServingFolder folder,
            CompletableFuture<Optional<StopSignal>> ending) {
        this.registry = registry;
        this.spooled = spooled;
        this.settings = settings;
        this.folder = folder;
        this.ending = ending;
    }

    /** Returns when this process has the streams and may have the ports. */
    void run(Duration drainLimit) {
        TakeOver takeOver = new TakeOver(new Folder(), new Streams(), System.nanoTime());
        for (Step step = takeOver.step(); !(step instanceof Step.Done); step = look(takeOver)) {
            if (step instanceof Step.TakeOverFailed failed) {
                String line = "the streams are not taken over, the other process keeps them: " + failed.why();
                StreamLog.ofProcess().warn(line);
                System.err.println(line);
                leave(LAST_WORDS, ExitCode.PUBLISHING.code(), Optional.empty());
            }
            if (hasSignal()) {
                withdraw();
                Optional<StopSignal> signal = ending.join();
                leave(
                        takeOver.hasTaken() ? drainLimit : LAST_WORDS,
                        signal.map(StopSignal::exitCode).orElse(ExitCode.OK.code()),
                        signal);
            }
        }
        SaidMeanwhile.tell(registry, settings::of);
        StreamLog.ofProcess().info(done((Step.Done) takeOver.step()));
    }

    private static Step look(TakeOver takeOver) {
        try {
            return takeOver.look(System.nanoTime());
        } catch (UncheckedIOException unusable) {
            // What is on air here stays on air, and the folder is looked at again.
            return takeOver.hasTaken()
                    ? takeOver.step()
                    : new Step.TakeOverFailed(unusable.getMessage() + ": " + unusable.getCause());
        }
    }

    private static String done(Step.Done done) {
        return String.format(Locale.ROOT, "%d streams were taken over; the ports are opened", done.streams());
    }

    private boolean hasSignal() {
        try {
            ending.get(EACH.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException none) {
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void withdraw() {
        try {
            folder.withdraw();
        } catch (IOException leftBehind) {
            LOG.debugf("the word to the other process stays until this one ends: %s", leftBehind);
        }
    }

    /**
     * What stands by gives up at once. A stream that is on air here already airs what it has read, and the process that serves, or the next one, goes
     * on with it, unless it is to end. Quarkus has no way to end in the middle of its start.
     *
     * @param signal that ends this process, if one does
     */
    private void leave(Duration limit, int exitCode, Optional<StopSignal> signal) {
        try {
            registry.drain(RunningStream.endWord(signal, "the take-over ends"))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.debugf("ends all the same: %s", late);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private final class Streams implements TakeOver.Here {
        @Override
        public boolean standBy(StreamId streamId) {
            return registry.resume(streamId, settings.of(streamId)) instanceof StartAnswer.Accepted;
        }

        @Override
        public void begin(Set<StreamId> streams) {
            streams.forEach(this::standBy);
        }

        @Override
        public Map<StreamId, Boolean> standingBy() {
            Map<StreamId, Boolean> standing = new HashMap<>();
            registry.all()
                    .forEach(stream -> stream.standsBy().ifPresent(ready -> standing.put(stream.streamId(), ready)));
            return standing;
        }

        @Override
        public void ask() {
            standingBy().keySet().forEach(id -> registry.command(id, new StreamCommand.AskForStream()));
        }
    }

    private final class Folder implements TakeOver.Other {
        private interface Work<T> {
            T of(ServingFolder folder) throws IOException;
        }

        private <T> T with(Work<T> work) {
            try {
                return work.of(folder);
            } catch (IOException unusable) {
                throw new UncheckedIOException("the segment folder cannot be used", unusable);
            }
        }

        @Override
        public boolean isThere() {
            return with(ServingFolder::other).isPresent();
        }

        @Override
        public boolean hasPorts() {
            return with(its -> ServingFolder.isHere(its.other().orElse("")));
        }

        @Override
        public Duration silentFor() {
            return with(its -> its.other().isPresent() ? its.silentFor(System.nanoTime()) : Duration.ZERO);
        }

        @Override
        public List<StreamId> streams(Set<StreamId> known) {
            return spooled.young(id -> !known.contains(id));
        }

        @Override
        public Set<StreamId> left() {
            return with(ServingFolder::left);
        }

        @Override
        public boolean announce() {
            return with(ServingFolder::ask);
        }

        @Override
        public void withdraw() {
            TakeOverPhase.this.withdraw();
        }

        @Override
        public boolean kill() {
            boolean killed = with(ServingFolder::kill);
            StreamLog.ofProcess()
                    .warn(
                            killed
                                    ? "the process that serves did not answer any more, and was killed"
                                    : "the process that serves does not answer any more; end it by hand");
            return true;
        }
    }
}
