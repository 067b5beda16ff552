package io.livedub.spawn;

import java.time.Duration;

/** How long a child may say nothing, read nothing and drain before it is of no use any more. Used with the lock of its stream held. */
final class ChildPatience {
    /** A JVM on a loaded machine starts in seconds; a minute is a hang. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration SILENCE_LIMIT = ParentLine.BEAT.multipliedBy(15);
    /** For one word. The pipe takes 64 KiB before a write waits, so a child that is this late with reading does not read. */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(10);

    private static final long NEVER = Long.MAX_VALUE;

    private long silentAtNs;
    private long drainedByNs = NEVER;
    private long writingSinceNs = NEVER;

    void started(long nowNs) {
        silentAtNs = nowNs + START_LIMIT.toNanos();
    }

    void heard(long nowNs) {
        silentAtNs = nowNs + SILENCE_LIMIT.toNanos();
    }

    /** @param isThere whether the system has made the process, which may be told to end before that */
    void stopped(long nowNs, boolean isThere, Duration drainLimit) {
        drainedByNs = nowNs + (isThere ? 0 : START_LIMIT.toNanos()) + drainLimit.toNanos();
    }

    void writes(long nowNs) {
        writingSinceNs = nowNs;
    }

    void hasWritten() {
        writingSinceNs = NEVER;
    }

    /**
     * The parent itself did nothing for so long, as in a container that was frozen and goes on: what the child has said meanwhile is not read yet, and
     * a child that was frozen with it has said nothing.
     */
    void stoodStill(long ns) {
        silentAtNs += ns;
        drainedByNs = later(drainedByNs, ns);
        writingSinceNs = later(writingSinceNs, ns);
    }

    private static long later(long atNs, long ns) {
        return atNs == NEVER ? NEVER : atNs + ns;
    }

    /** Why the process is to be killed now, or null. */
    String reasonToKill(long nowNs, boolean isThere) {
        if (nowNs > drainedByNs) {
            return "the stream's process did not drain";
        }
        if (nowNs > silentAtNs) {
            return isThere ? "the stream's process hangs" : "the stream's process could not be started";
        }
        boolean deaf = writingSinceNs != NEVER && nowNs - writingSinceNs > WRITE_LIMIT.toNanos();
        return deaf ? "the stream's process does not read" : null;
    }
}
