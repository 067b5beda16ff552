package io.livedub.stream.supervision;

import java.time.Duration;

import io.livedub.work.Backoff;

/** How long to wait before a failed stream is started again: 1, 2, 4 … 60 s. */
final class RestartPolicy {
    /** A stream that ran this long had started well: its failure is a new one, not the same again. */
    private static final Duration SUCCESS = Duration.ofSeconds(60);

    /** A process that dies after this time did not fail to start, and the segments it held are due meanwhile. */
    private static final Duration RAN = Duration.ofSeconds(10);

    private final Backoff backoff = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(60));

    Duration afterFailure(Duration ran) {
        if (ran.compareTo(SUCCESS) >= 0) {
            backoff.succeeded();
        }
        return backoff.failed();
    }

    /** The same for a process that crashed: at once, unless it dies as soon as it is started. */
    Duration afterCrash(Duration ran) {
        Duration usual = afterFailure(ran);
        return ran.compareTo(RAN) >= 0 ? Duration.ZERO : usual;
    }

    int failures() {
        return backoff.failures();
    }

    void reset() {
        backoff.succeeded();
    }
}
