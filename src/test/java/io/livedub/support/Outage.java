package io.livedub.support;

import java.time.Duration;

/** Something is away for so long: the length is what is tested, and there is no condition to wait for instead. */
public final class Outage {
    private Outage() {}

    public static void lasts(Duration length) throws InterruptedException {
        Thread.sleep(length.toMillis());
    }
}
