package io.livedub.stream;

import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.context.ApplicationScoped;

import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import io.livedub.config.WorkerConfig;
import io.livedub.segment.Retention;
import io.livedub.segment.StoreListener;

/** Deletes old segments of all streams, once a minute, from the first stream on: a process without one leaves the disk alone. */
@ApplicationScoped
public class SegmentSweeper implements StoreListener {
    private static final Logger LOG = Logger.getLogger("io.livedub.segment");

    private final Retention retention;
    private final AtomicBoolean begun = new AtomicBoolean();

    public SegmentSweeper(WorkerConfig config) {
        retention = new Retention(
                config.segments().dir(),
                config.segments().retention(),
                config.segments().minFreeBytes(),
                this);
    }

    /** Blocking the first time: what a crash left half-written is removed. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            retention.removeLeftovers();
        }
    }

    @Scheduled(every = "1m")
    void sweep() {
        if (begun.get()) {
            retention.sweep();
        }
    }

    @Override
    public void warning(String message) {
        LOG.warn(message);
    }
}
