package io.livedub.cli;

import java.time.Duration;

import io.livedub.config.WorkerConfig;
import io.livedub.media.MediaClock;
import io.livedub.spawn.OwnProgram;

/**
 * Collects the heap at regular times. Left to itself the native image's collector does so each 18 s for one dubbed stream: 7.5 MB are in use then,
 * and 19 MB were. Each 9 s the process holds 72 MB at its highest in place of 76, for 0.05 CPU s a minute ({@code ./dev bench --relays-only}).
 * A collection takes 6 to 13 ms. Neither the JVM nor ten streams in one process hold less by it, and a relay holds too little to gain.
 */
final class RegularCollection {
    static final Duration EVERY = Duration.ofSeconds(9);

    private final MediaClock clock;
    private final Runnable collector;

    RegularCollection(MediaClock clock, Runnable collector) {
        this.clock = clock;
        this.collector = collector;
    }

    /** Of one stream alone that is dubbed, and only natively. */
    static boolean pays(MainTask job, WorkerConfig config) {
        return job instanceof RunJob && config.streamSettings().isDubbed() && OwnProgram.isNative();
    }

    void begin() {
        clock.schedule(clock.nextTickNs(EVERY), () -> {
            collector.run();
            begin();
        });
    }
}
