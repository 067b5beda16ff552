package io.livedub.stream.chain;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;

/**
 * Opens an output shortly before its time 0. With a long offset a segment is there long before it airs, and MediaMTX closes a publication that
 * sends nothing for 10 s. Thread-safe.
 */
final class OutputStart {
    private static final Duration BEFORE = Duration.ofSeconds(8);

    private final MediaClock clock;
    private final Consumer<StreamFailure> onDefect;
    private final AtomicBoolean waits = new AtomicBoolean();

    /** @param onDefect called when the output cannot be opened later because of a defect */
    OutputStart(MediaClock clock, Consumer<StreamFailure> onDefect) {
        this.clock = clock;
        this.onDefect = onDefect;
    }

    /**
     * Asked with each segment, and opens each time when it is time.
     *
     * @param zeroNs clock time of the output's time 0
     */
    void open(long zeroNs, Runnable opening) {
        long atNs = zeroNs - BEFORE.toNanos();
        if (clock.nowNs() >= atNs) {
            opening.run();
        } else if (waits.compareAndSet(false, true)) {
            clock.schedule(atNs, () -> later(opening));
        }
    }

    private void later(Runnable opening) {
        try {
            opening.run();
        } catch (RuntimeException | Error failure) {
            onDefect.accept(new StreamFailure(ExitCode.of(failure), "internal error: " + failure));
        }
    }
}
