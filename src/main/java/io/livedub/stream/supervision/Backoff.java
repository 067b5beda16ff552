package io.livedub.stream.supervision;

import java.time.Duration;

/** How long to wait before a failed stream is started again: 1, 2, 4 … 60 s. */
final class Backoff {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** A run this long was a success: what fails after it is a new failure, not the same again. */
    private static final Duration SUCCESS = Duration.ofSeconds(60);

    private int failures;

    Duration afterFailure(Duration ran) {
        if (ran.compareTo(SUCCESS) >= 0) {
            failures = 0;
        }
        failures++;
        long seconds = 1L << Math.min(failures - 1, 6);
        return seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(seconds);
    }

    int failures() {
        return failures;
    }

    void reset() {
        failures = 0;
    }
}
