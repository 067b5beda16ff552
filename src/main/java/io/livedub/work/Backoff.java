package io.livedub.work;

import java.time.Duration;

/** How long to wait before something that failed is tried again: each pause is longer, up to a longest one. Not thread-safe. */
public final class Backoff {
    /** Twice the first pause this often is longer than any longest pause. */
    private static final int MOST_DOUBLINGS = 30;

    private final Duration first;
    private final Duration longest;
    private final boolean doubles;
    private int failures;

    private Backoff(Duration first, Duration longest, boolean doubles) {
        this.first = first;
        this.longest = longest;
        this.doubles = doubles;
    }

    /** Pauses of {@code first}, twice, four times {@code first} … up to {@code longest}. */
    public static Backoff doubling(Duration first, Duration longest) {
        return new Backoff(first, longest, true);
    }

    /** Pauses of {@code first}, two, three times {@code first} … up to {@code longest}. */
    public static Backoff growing(Duration first, Duration longest) {
        return new Backoff(first, longest, false);
    }

    /** Counts a failure and gives the pause after it. */
    public Duration failed() {
        failures++;
        return after(failures);
    }

    /** The pause after this many failures in a row; none after 0. */
    public Duration after(int failuresInARow) {
        if (failuresInARow <= 0) {
            return Duration.ZERO;
        }
        long times = doubles ? 1L << Math.min(MOST_DOUBLINGS, failuresInARow - 1) : failuresInARow;
        Duration pause = first.multipliedBy(times);
        return pause.compareTo(longest) < 0 ? pause : longest;
    }

    public int failures() {
        return failures;
    }

    public void succeeded() {
        failures = 0;
    }
}
