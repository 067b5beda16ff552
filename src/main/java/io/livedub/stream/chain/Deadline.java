package io.livedub.stream.chain;

import java.time.Duration;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;

import io.livedub.media.MediaClock;
import io.livedub.media.MediaClock.Timer;

/** Waiting with an end, on the stream's clock: Mutiny's own time-outs run on the wall clock only. */
final class Deadline {
    private Deadline() {}

    /** Completes when {@code waited} does, has failed, or {@code limit} is over; never fails. */
    static Uni<Void> within(Duration limit, Uni<Void> waited, MediaClock clock) {
        return Uni.createFrom().emitter(emitter -> {
            Timer timer = clock.schedule(clock.nowNs() + limit.toNanos(), () -> emitter.complete(null));
            Cancellable waiting = waited.subscribe()
                    .with(
                            done -> {
                                timer.cancel();
                                emitter.complete(null);
                            },
                            failed -> {
                                timer.cancel();
                                emitter.complete(null);
                            });
            emitter.onTermination(() -> {
                timer.cancel();
                waiting.cancel();
            });
        });
    }
}
