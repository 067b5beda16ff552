package io.livedub.observe;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;
import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.LifeEvent.Pipeline;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

import static org.assertj.core.api.Assertions.assertThat;

/** What a scrape shows, by the names of the contract ("Metrics"). */
class StreamMetricsTest {
    private static final UUID ID = UUID.randomUUID();
    private static final StreamEvent CUT = new SegmentEvent.Cut(ID, 0, 0, 0, true);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StreamMetrics metrics = new StreamMetrics(registry, new StreamId("test"));

    StreamMetricsTest() {
        // The first event of a stream.
        tellEs(new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.STARTING, "es"));
    }

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
            assertThat(value("worker_fallback_total{language=\"es\",reason=\"%s\",stream_id=\"test\",}"
                            .formatted(reason)))
                    .isZero();
        }
    }

    /** A 0 would be a source without a drift, and one whose sound and picture are stamped alike. */
    @Test
    void whatIsMeasuredOfASourceIsNotThereBeforeItIsMeasured() {
        assertThat(registry.scrape()).doesNotContain("worker_source_drift_ppm", "worker_source_av_distance_ms");

        tell(new LifeEvent.Figures(Map.of(Figure.SOURCE_DRIFT_PPM, -20L)));

        assertThat(value("worker_source_drift_ppm{stream_id=\"test\",}")).isEqualTo(-20);
    }

    @Test
    void eachSeriesCarriesTheStreamsId() {
        assertThat(registry.scrape().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.contains("stream_id=\"test\""));
    }

    @Test
    void theBucketsOfTheRoundTripAreThoseOfTheContract() {
        tellEs(new SegmentEvent.RoundTrip(ID, Duration.ofMillis(300)));
        tellEs(new SegmentEvent.RoundTrip(ID, Duration.ofMillis(9000)));

        for (String bound : new String[] {"50.0", "100.0", "250.0"}) {
            assertThat(bucket(bound)).isZero();
        }
        for (String bound : new String[] {"500.0", "1000.0", "2000.0", "4000.0", "8000.0"}) {
            assertThat(bucket(bound)).isEqualTo(1);
        }
        assertThat(bucket("+Inf")).isEqualTo(2);
        assertThat(value("worker_sts_rtt_ms_sum{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(9300);
    }

    @Test
    void whatHappenedIsCountedUnderItsLabel() {
        tell(CUT);
        tellEs(new SegmentEvent.Aired(ID, 0, 0, 0, 0, true, "", "", ""));
        tellEs(new SegmentEvent.Aired(ID, 1, 0, 0, 0, false, "", "", ""));
        tellEs(new SegmentEvent.Fallback(ID, FallbackReason.LATE, ""));
        tellEs(new SegmentEvent.Fallback(ID, FallbackReason.LATE, ""));
        tellEs(new SessionEvent.PaceAsked(Action.PAUSE, "", false));
        tellEs(new LifeEvent.PipelineError(Pipeline.SINK, ""));
        tell(new SegmentEvent.FileWritten(
                ID, new StreamId("test"), 0, 0, 0, Path.of("x"), true, StoredTrack.AUDIO_DUBBED));
        tellEs(new SessionEvent.Reconnected());
        tell(new SegmentEvent.FileLost(StoredTrack.VIDEO, ""));
        tell(new LifeEvent.Figures(Map.of(Figure.SOURCE_BEFORE_ZERO, 5L)));
        tellEs(new LifeEvent.Figures(Map.of(
                Figure.OUTPUT_VIDEO_FRAMES,
                1500L,
                Figure.OUTPUT_AUDIO_FRAMES,
                2300L,
                Figure.OUTPUT_BYTES,
                1_000_000L,
                Figure.OUTPUT_LATE_NS,
                1_500_000L,
                Figure.OUTPUT_LEFT_OUT,
                4L)));

        assertThat(value("worker_output_frames_total{language=\"es\",stream_id=\"test\",track=\"video\",}"))
                .isEqualTo(1500);
        assertThat(value("worker_output_frames_total{language=\"es\",stream_id=\"test\",track=\"audio\",}"))
                .isEqualTo(2300);
        assertThat(value("worker_output_bytes_total{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(1_000_000);
        assertThat(value("worker_output_late_ms_total{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(1.5);
        assertThat(value("worker_output_oddities_total{kind=\"left_out\",language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(4);
        assertThat(value("worker_source_oddities_total{kind=\"before_zero\",stream_id=\"test\",}"))
                .isEqualTo(5);
        assertThat(value("worker_audio_fragments_total{stream_id=\"test\",}")).isEqualTo(1);
        assertThat(value("worker_segments_dubbed_total{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(1);
        assertThat(value("worker_fallback_total{language=\"es\",reason=\"late\",stream_id=\"test\",}"))
                .isEqualTo(2);
        assertThat(value("worker_backpressure_events_total{action=\"pause\",language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(1);
        assertThat(value("worker_gst_bus_errors_total{pipeline=\"sink\",stream_id=\"test\",}"))
                .isEqualTo(1);
        assertThat(value("worker_segments_written_total{stream_id=\"test\",track=\"audio_dubbed\",}"))
                .isEqualTo(1);
        assertThat(value("worker_reconnections_total{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(1);
        assertThat(value("worker_segment_file_errors_total{stream_id=\"test\",}"))
                .isEqualTo(1);
    }

    @Test
    void gaugesShowTheLastValueAndItsSign() {
        tell(new LifeEvent.Figures(Map.of(Figure.HELD_BYTES, 7_000_000L, Figure.OUTPUT_PUSH_LATE_NS, 35_000_000L)));
        tellEs(new LifeEvent.Figures(Map.of(
                Figure.INFLIGHT, 3L,
                Figure.LATENCY_NS, 12_345_678_000L,
                Figure.AV_DELTA_NS, -21_500_000L,
                Figure.OUTPUT_QUEUED, 800L)));
        tellEs(new SessionEvent.Breaker(BreakerState.CLOSED, BreakerState.OPEN, ""));
        tell(new LifeEvent.Life(StreamState.initial(), new StreamState.Live(), ""));

        assertThat(value("worker_held_bytes{stream_id=\"test\",}")).isEqualTo(7_000_000);
        assertThat(value("worker_output_queued_frames{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(800);
        assertThat(value("worker_output_push_late_ms{stream_id=\"test\",}")).isEqualTo(35);

        assertThat(value("worker_inflight_fragments{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(3);
        assertThat(value("worker_sts_breaker_state{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(2);
        assertThat(value("worker_stream_state{stream_id=\"test\",}")).isEqualTo(1);
        assertThat(value("worker_latency_ms{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(12_345.678);
        assertThat(value("worker_av_sync_delta_ms{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(-21.5);
    }

    @Test
    void aStreamsSeriesDisappearWithItAndNoOthers() {
        StreamMetrics other = new StreamMetrics(registry, new StreamId("other"));
        other.accept(CUT);

        tell(new LifeEvent.Gone());

        assertThat(registry.scrape()).doesNotContain("stream_id=\"test\"");
        assertThat(value("worker_audio_fragments_total{stream_id=\"other\",}")).isEqualTo(1);
    }

    @Test
    void aSessionThatEndsBehindItsStreamMakesNoSeries() {
        tell(new LifeEvent.Gone());

        tellEs(new LifeEvent.Figures(Map.of(Figure.BREAKER, 1L)));

        assertThat(registry.scrape()).doesNotContain("stream_id=\"test\"");
    }

    @Test
    void aStreamThatComesAgainCountsFromZero() {
        tell(CUT);
        tell(new LifeEvent.Gone());

        assertThat(new StreamMetrics(registry, new StreamId("test"))).isNotNull();
        assertThat(value("worker_audio_fragments_total{stream_id=\"test\",}")).isZero();
    }

    /** Three of them: a stream without a bed has none. */
    @Test
    void theLevelsOfDubsBeginWithTheFirst() {
        assertThat(registry.scrape()).doesNotContain("worker_dub_lufs");

        tellEs(new LifeEvent.Figures(Map.of(Figure.DUB_MILLI_LUFS, -22_900L)));

        assertThat(value("worker_dub_lufs{language=\"es\",stream_id=\"test\",}"))
                .isEqualTo(-22.9);
        assertThat(registry.scrape()).doesNotContain("worker_original_lufs");
    }

    private void tell(StreamEvent event) {
        metrics.accept(event);
    }

    private void tellEs(StreamEvent event) {
        tell(event.of("es"));
    }

    private double bucket(String bound) {
        return value("worker_sts_rtt_ms_bucket{language=\"es\",stream_id=\"test\",le=\"%s\",}".formatted(bound));
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
