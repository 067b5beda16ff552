package io.livedub.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.Metrics;
import io.livedub.support.Ports;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** What the dashboard asks of the process is on {@code /metrics} of one that serves. */
class ProcessMetricsIT {
    @Test
    void aServingWorkerExportsThem(@TempDir Path folder) throws Exception {
        Map<String, String> environment = Map.of(
                "WORKER_STS_MODE", "passthrough",
                "WORKER_SEGMENT_DIR", folder.toString(),
                "WORKER_HTTP_PORT", String.valueOf(Ports.free()),
                "WORKER_METRICS_PORT", String.valueOf(Ports.free()));
        try (WorkerProcess worker = WorkerProcess.start(environment, "serve")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> worker.get("/health/started").statusCode() == 200);

            Metrics metrics = worker.metrics();

            assertThat(MetricNamesTest.OF_THE_PROCESS.keySet())
                    .as(metrics.text())
                    .allMatch(metrics::has);
        }
    }
}
