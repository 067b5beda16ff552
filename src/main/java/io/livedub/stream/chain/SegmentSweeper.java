package io.livedub.stream.chain;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.segment.Retention;
import io.livedub.spool.StaleSpools;
import io.livedub.stream.disk.DiskRound;

/**
 * Deletes old segments of all streams, at least once a minute, from the first stream on: a process without one leaves the disk alone. Does
 * not block, and a round that hangs with the disk holds no thread that something else needs.
 */
@ApplicationScoped
public class SegmentSweeper {
    private static final Logger LOG = Logger.getLogger("io.livedub.segment");

    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final DiskRound round;
    private final long ticksEach;
    private final AtomicLong ticks = new AtomicLong();
    private final AtomicBoolean begun = new AtomicBoolean();

    @Inject
    public SegmentSweeper(WorkerConfig config, LiveStreams live, SpooledStreams spooled) {
        Predicate<StreamId> running = id ->
                live.all().stream().anyMatch(worker -> worker.spec().streamId().equals(id));
        Retention retention = new Retention(
                config.segments().dir(),
                config.segments().retention(),
                config.segments().minFreeBytes(),
                running,
                LOG::warn);
        this.ticksEach = between(config.segments().retention()).toSeconds() / TICK.toSeconds();
        StaleSpools spools = new StaleSpools(config.segments().dir(), running, spooled::isYoung);
        round = new DiskRound("deleting old segments", () -> {
            // First: a stream's folder goes when nothing is left in it.
            spools.sweep();
            retention.sweep();
        });
    }

    /** The first time: what a crash left half-written is removed soon. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            round.begin();
        }
    }

    /**
     * The time between two rounds. A segment is deleted by so much too late: with a retention of seconds, rounds a minute apart would keep the
     * segments for several times as long as they should be kept.
     */
    static Duration between(Duration retention) {
        Duration half = retention.dividedBy(2);
        if (retention.isZero() || half.compareTo(LONGEST) >= 0) {
            return LONGEST;
        }
        return half.compareTo(TICK) < 0 ? TICK : half;
    }

    @Scheduled(every = "5s")
    void sweep() {
        if (begun.get() && ticks.incrementAndGet() % ticksEach == 0) {
            round.begin();
        }
    }
}
