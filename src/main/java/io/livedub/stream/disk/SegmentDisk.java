package io.livedub.stream.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;

import io.livedub.config.WorkerConfig;

/**
 * What is free where segments are written, as a series. Looked at on a thread of its own every few seconds and not at the scrape: a disk
 * that hangs would hang the scrape with it. While it hangs nothing is known of it, and the series says so (NaN).
 */
@ApplicationScoped
public class SegmentDisk {
    private final Path folder;
    private final long minFreeBytes;
    private final DiskRound round = new DiskRound("looking at the disk of segments", this::look);
    private volatile double freeBytes = Double.NaN;

    @Inject
    public SegmentDisk(WorkerConfig config) {
        this(config.segments().dir(), config.segments().minFreeBytes());
    }

    SegmentDisk(Path folder, long minFreeBytes) {
        this.folder = folder;
        this.minFreeBytes = minFreeBytes;
    }

    void register(@Observes StartupEvent start, MeterRegistry meters) {
        Gauge.builder("worker.segment.disk.free.bytes", this, disk -> disk.freeBytes)
                .description("Free where segments are written")
                .register(meters);
        Gauge.builder("worker.segment.disk.min.free.bytes", this, disk -> disk.minFreeBytes)
                .description("WORKER_SEGMENT_MIN_FREE: below it the oldest segments are deleted before their time")
                .register(meters);
    }

    @Scheduled(every = "5s")
    void round() {
        if (!round.begin()) {
            freeBytes = Double.NaN;
        }
    }

    void look() {
        Path existing = folder;
        // Before the first stream there is no folder yet; its disk is that of what it will be made in.
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            freeBytes = Files.getFileStore(existing).getUsableSpace();
        } catch (IOException unknown) {
            freeBytes = Double.NaN;
        }
    }
}
