package io.livedub.stream.supervision;

import java.time.Duration;

/** How long to wait before a failed stream is started again: 1, 2, 4 … 60 s. */
final class Backoff {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** A run this long was a success: what fails after it is a new failure, not the same again. */
    private static final Duration SUCCESS = Duration.ofSeconds(60);

    /** A process that dies after this time is no start that fails, and what it held is due meanwhile. */
    private static final Duration RAN = Duration.ofSeconds(10);

    private int failures;

    Duration afterFailure(Duration ran) {
        if (ran.compareTo(SUCCESS) >= 0) {
            failures = 0;
        }
        failures++;
        long seconds = 1L << Math.min(failures - 1, 6);
        return seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(seconds);
    }

    /** The same for a process that died without having anything to wait for: at once, unless it dies as soon as it is started. */
    Duration afterCrash(Duration ran) {
        Duration usual = afterFailure(ran);
        return ran.compareTo(RAN) >= 0 ? Duration.ZERO : usual;
    }

    int failures() {
        return failures;
    }

    void reset() {
        failures = 0;
    }
}
