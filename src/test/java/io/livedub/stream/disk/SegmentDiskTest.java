package io.livedub.stream.disk;

import java.nio.file.Files;
import java.nio.file.Path;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.Metrics;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentDiskTest {
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void aFolderThatIsNotMadeYetIsOnTheDiskOfItsParent(@TempDir Path folder) throws Exception {
        // given
        SegmentDisk disk = new SegmentDisk(folder.resolve("not").resolve("yet"), 1 << 30);
        disk.register(null, meters);
        assertThat(Metrics.parse(meters.scrape()).sum("worker_segment_disk_free_bytes"))
                .as("before it was looked at")
                .isNaN();
        // when
        disk.look();
        // then: others write to it as well
        Metrics metrics = Metrics.parse(meters.scrape());
        double really = Files.getFileStore(folder).getUsableSpace();
        assertThat(metrics.sum("worker_segment_disk_free_bytes")).isBetween(0.5 * really, 1.5 * really);
        assertThat(metrics.sum("worker_segment_disk_min_free_bytes")).isEqualTo(1 << 30);
    }
}
