package io.livedub.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.media.MediaClock;
import io.livedub.work.Backoff;

/** One stream's calls to the API server: answered on the loop's thread while the stream is there, and repeated after growing pauses. */
final class JobCalls {
    private final Executor loop;
    private final MediaClock clock;
    private final BooleanSupplier over;
    private final Consumer<RuntimeException> defect;
    private boolean waiting;
    private final Backoff backoff = ApiServer.backoff();

    /** An answer, or why no answer came. */
    interface JobAnswer {
        /** @param failure null when there is one */
        void is(JsonNode answer, IOException failure);
    }

    /** @param defect told of what an answer's use throws: on a thread that nobody looks at it would be lost */
    JobCalls(Executor loop, MediaClock clock, BooleanSupplier over, Consumer<RuntimeException> defect) {
        this.loop = loop;
        this.clock = clock;
        this.over = over;
        this.defect = defect;
    }

    void ask(CompletableFuture<JsonNode> call, JobAnswer then) {
        call.whenCompleteAsync(
                (answer, failure) -> {
                    if (over.getAsBoolean()) {
                        return;
                    }
                    try {
                        then.is(answer, asIo(failure));
                    } catch (RuntimeException thrown) {
                        defect.accept(thrown);
                    }
                },
                loop);
    }

    void later(Duration pause, Runnable task) {
        waiting = true;
        clock.schedule(
                clock.nowNs() + pause.toNanos(),
                () -> loop.execute(() -> {
                    waiting = false;
                    if (!over.getAsBoolean()) {
                        task.run();
                    }
                }));
    }

    /** After 1, 2, 4 … 30 s. */
    void again(Runnable task) {
        later(backoff.failed(), task);
    }

    void succeeded() {
        backoff.succeeded();
    }

    /** No call is under way, and none will be for a while. */
    boolean isWaiting() {
        return waiting;
    }

    /** @return 0 for what was no answer */
    static int status(IOException failure) {
        return failure instanceof ApiRefusal refusal ? refusal.status() : 0;
    }

    /** Whether what was asked for is not there, or another of the same name is. */
    static boolean isGone(IOException failure) {
        return status(failure) == ApiRefusal.NOT_FOUND || status(failure) == ApiRefusal.CONFLICT;
    }

    private static IOException asIo(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause == null || cause instanceof IOException) {
            return (IOException) cause;
        }
        return new IOException(cause.toString(), cause);
    }
}
