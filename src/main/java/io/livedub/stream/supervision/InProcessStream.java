package io.livedub.stream.supervision;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.chain.StreamWorker;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

/** A stream of this process. Everything is done in order on a worker thread: GStreamer changes state there, never on an event loop. */
final class InProcessStream implements RunningStream {
    private static final Logger LOG = Logger.getLogger(InProcessStream.class);

    private final Executor inOrder;
    private final CompletableFuture<StreamState> over = new CompletableFuture<>();
    private StreamWorker worker;

    InProcessStream(Executor inOrder) {
        this.inOrder = inOrder;
    }

    void start(Supplier<StreamWorker> factory) {
        inOrder.execute(() -> {
            try {
                worker = factory.get();
                worker.run().subscribe().with(this::ended, this::failed);
            } catch (RuntimeException | Error failure) {
                failed(failure);
            }
        });
    }

    private void ended(StreamState end) {
        worker.forget();
        over.complete(end);
    }

    private void failed(Throwable failure) {
        if (worker != null) {
            worker.forget();
        }
        if (failure instanceof StreamFailure known) {
            over.complete(new StreamState.Failed(known.getMessage(), known.exitCode()));
        } else {
            LOG.error("a stream could not be started", failure);
            over.complete(new StreamState.Failed("internal error: " + failure, ExitCode.of(failure)));
        }
    }

    @Override
    public Uni<StreamState> over() {
        return Uni.createFrom().completionStage(over);
    }

    @Override
    public void stop(String reason) {
        tell(started -> started.stop(reason));
    }

    @Override
    public void leave(String reason) {
        tell(started -> started.leave(reason));
    }

    @Override
    public void publisherGone() {
        tell(StreamWorker::publisherGone);
    }

    @Override
    public void publisherThere() {
        tell(StreamWorker::publisherThere);
    }

    @Override
    public boolean command(StreamCommand command) {
        tell(started -> started.command(command));
        return true;
    }

    private void tell(Consumer<StreamWorker> word) {
        inOrder.execute(() -> {
            if (worker != null && !over.isDone()) {
                try {
                    word.accept(worker);
                } catch (RuntimeException | Error failure) {
                    LOG.error("a command could not be handed to a stream, which goes on without it", failure);
                }
            }
        });
    }
}
