package io.livedub.stream.chain;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.MediaClock;

/** Ticks of the stream's clock as a Multi; Mutiny's own ticks run on the wall clock only. */
final class Ticker {
    private final MediaClock clock;
    private final long periodNs;
    private final BooleanSupplier finished;

    /** @param finished asked at each tick; the ticks complete when it holds */
    Ticker(MediaClock clock, Duration period, BooleanSupplier finished) {
        this.clock = clock;
        this.periodNs = period.toNanos();
        this.finished = finished;
    }

    /** A tick that nobody is ready for is dropped: the next one does its work too. */
    Multi<Long> ticks() {
        return Multi.createFrom().<Long>emitter(this::next, BackPressureStrategy.DROP);
    }

    private void next(MultiEmitter<? super Long> emitter) {
        if (emitter.isCancelled()) {
            return;
        }
        clock.schedule(clock.nowNs() + periodNs, () -> {
            try {
                if (finished.getAsBoolean()) {
                    emitter.complete();
                } else {
                    emitter.emit(clock.nowNs());
                    next(emitter);
                }
            } catch (RuntimeException | Error failure) {
                // The clock would log it and go on; a stream without its ticks would stand still and look alive.
                emitter.fail(failure);
            }
        });
    }
}
