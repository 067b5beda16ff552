package io.livedub.support;

import java.time.Duration;

/**
 * Something is away, or left alone, for so long: the length is what is tested, and there is no condition to wait for instead, as at a moment of
 * which a worker says nothing.
 */
public final class Outage {
    private Outage() {}

    public static void lasts(Duration length) throws InterruptedException {
        Thread.sleep(length.toMillis());
    }
}
