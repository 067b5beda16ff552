package io.livedub.observe;

import java.time.Duration;
import java.util.TreeMap;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a scrape shows, by the names of the contract ("Metrics"). */
class StreamMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StreamMetrics metrics = new StreamMetrics(registry, "test");

    @Test
    void everySeriesOfTheContractIsThereFromTheStart() {
        String scrape = registry.scrape();

        assertThat(scrape)
                .contains(
                        "# TYPE worker_audio_fragments_total counter",
                        "# TYPE worker_fallback_total counter",
                        "# TYPE worker_gst_bus_errors_total counter",
                        "# TYPE worker_inflight_fragments gauge",
                        "# TYPE worker_av_sync_delta_ms gauge",
                        "# TYPE worker_sts_breaker_state gauge",
                        "# TYPE worker_sts_rtt_ms histogram",
                        "# TYPE worker_latency_ms gauge",
                        "# TYPE worker_backpressure_events_total counter",
                        "# TYPE worker_reconnections_total counter",
                        "# TYPE worker_segments_written_total counter",
                        "# TYPE worker_stream_state gauge");
        for (String reason : new String[] {
            "timeout", "late", "failed", "breaker_open", "backpressure", "disconnected", "unusable", "overload"
        }) {
            assertThat(value("worker_fallback_total{reason=\"%s\",stream_id=\"test\",}".formatted(reason)))
                    .isZero();
        }
    }

    @Test
    void eachSeriesCarriesTheStreamsId() {
        assertThat(registry.scrape().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.contains("stream_id=\"test\""));
    }

    @Test
    void theBucketsOfTheRoundTripAreThoseOfTheContract() {
        metrics.roundTrip(Duration.ofMillis(300));
        metrics.roundTrip(Duration.ofMillis(9000));

        for (String bound : new String[] {"50.0", "100.0", "250.0"}) {
            assertThat(bucket(bound)).isZero();
        }
        for (String bound : new String[] {"500.0", "1000.0", "2000.0", "4000.0", "8000.0"}) {
            assertThat(bucket(bound)).isEqualTo(1);
        }
        assertThat(bucket("+Inf")).isEqualTo(2);
        assertThat(value("worker_sts_rtt_ms_sum{stream_id=\"test\",}")).isEqualTo(9300);
    }

    @Test
    void whatHappenedIsCountedUnderItsLabel() {
        metrics.audioFragment();
        metrics.dubbed();
        metrics.fallback("late");
        metrics.fallback("late");
        metrics.backpressure("pause");
        metrics.backpressure("stand on your head");
        metrics.busError("sink");
        metrics.segmentWritten("audio_dubbed");
        metrics.reconnected();
        metrics.fileError();
        metrics.output(1500, 2300, 1_000_000);

        assertThat(value("worker_output_frames_total{stream_id=\"test\",track=\"video\",}"))
                .isEqualTo(1500);
        assertThat(value("worker_output_frames_total{stream_id=\"test\",track=\"audio\",}"))
                .isEqualTo(2300);
        assertThat(value("worker_output_bytes_total{stream_id=\"test\",}")).isEqualTo(1_000_000);
        assertThat(value("worker_audio_fragments_total{stream_id=\"test\",}")).isEqualTo(1);
        assertThat(value("worker_segments_dubbed_total{stream_id=\"test\",}")).isEqualTo(1);
        assertThat(value("worker_fallback_total{reason=\"late\",stream_id=\"test\",}"))
                .isEqualTo(2);
        assertThat(value("worker_backpressure_events_total{action=\"pause\",stream_id=\"test\",}"))
                .isEqualTo(1);
        assertThat(value("worker_backpressure_events_total{action=\"none\",stream_id=\"test\",}"))
                .as("an action that the protocol does not know must not make a series")
                .isEqualTo(1);
        assertThat(value("worker_gst_bus_errors_total{pipeline=\"sink\",stream_id=\"test\",}"))
                .isEqualTo(1);
        assertThat(value("worker_segments_written_total{stream_id=\"test\",track=\"audio_dubbed\",}"))
                .isEqualTo(1);
        assertThat(value("worker_reconnections_total{stream_id=\"test\",}")).isEqualTo(1);
        assertThat(value("worker_segment_file_errors_total{stream_id=\"test\",}"))
                .isEqualTo(1);
    }

    @Test
    void gaugesShowTheLastValueAndItsSign() {
        metrics.inflight(3);
        metrics.breaker(2);
        metrics.state(1);
        metrics.latencyNs(12_345_678_000L);
        metrics.avSyncDeltaNs(-21_500_000L);

        assertThat(value("worker_inflight_fragments{stream_id=\"test\",}")).isEqualTo(3);
        assertThat(value("worker_sts_breaker_state{stream_id=\"test\",}")).isEqualTo(2);
        assertThat(value("worker_stream_state{stream_id=\"test\",}")).isEqualTo(1);
        assertThat(value("worker_latency_ms{stream_id=\"test\",}")).isEqualTo(12_345.678);
        assertThat(value("worker_av_sync_delta_ms{stream_id=\"test\",}")).isEqualTo(-21.5);
    }

    @Test
    void theSnapshotHasTheNumbersOfTheSeries() {
        metrics.audioFragment();
        metrics.audioFragment();
        metrics.dubbed();
        metrics.fallback("timeout");
        metrics.fallback("failed");
        metrics.fileError();
        metrics.inflight(1);
        metrics.latencyNs(1_500_000);
        metrics.avSyncDeltaNs(-1_000_000);

        StreamMetrics.Snapshot snapshot = metrics.snapshot();

        assertThat(snapshot.segments()).isEqualTo(2);
        assertThat(snapshot.dubbed()).isEqualTo(1);
        assertThat(snapshot.fallbacks()).containsEntry("timeout", 1L).containsEntry("late", 0L);
        assertThat(snapshot.fallbackTotal()).isEqualTo(2);
        assertThat(snapshot.fileErrors()).isEqualTo(1);
        assertThat(snapshot.inflight()).isEqualTo(1);
        assertThat(snapshot.latencyMs()).isEqualTo(1.5);
        assertThat(snapshot.avSyncDeltaMs()).isEqualTo(-1);
    }

    @Test
    void aStreamsSeriesDisappearWithItAndNoOthers() {
        StreamMetrics other = new StreamMetrics(registry, "other");
        other.audioFragment();

        metrics.close();

        assertThat(registry.scrape()).doesNotContain("stream_id=\"test\"");
        assertThat(value("worker_audio_fragments_total{stream_id=\"other\",}")).isEqualTo(1);
    }

    @Test
    void aStreamThatComesAgainCountsFromZero() {
        metrics.audioFragment();
        metrics.close();

        try (StreamMetrics again = new StreamMetrics(registry, "test")) {
            assertThat(again.snapshot().segments()).isZero();
            assertThat(value("worker_audio_fragments_total{stream_id=\"test\",}"))
                    .isZero();
        }
    }

    @Test
    void aReasonThatIsNoneOfTheContractIsADefect() {
        assertThatThrownBy(() -> metrics.fallback("because")).isInstanceOf(NullPointerException.class);
    }

    private double bucket(String bound) {
        return value("worker_sts_rtt_ms_bucket{stream_id=\"test\",le=\"%s\",}".formatted(bound));
    }

    private double value(String series) {
        TreeMap<String, Double> values = new TreeMap<>();
        registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> values.put(
                        line.substring(0, line.lastIndexOf(' ')),
                        Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
        assertThat(values).containsKey(series);
        return values.get(series);
    }
}
