package io.livedub.deploy;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.support.Metrics;
import io.livedub.support.ZeroFigures;

import static org.assertj.core.api.Assertions.assertThat;

/** Dashboard, alerts and autoscaler ask for what the worker exports, and for nothing that it does not. */
class MetricNamesTest {
    /** What no stream has, with where it comes from; {@link ProcessMetricsIT} looks for each in a running worker. */
    static final Map<String, String> OF_THE_PROCESS = Map.of(
            "worker_capacity_available", "serve: streams that it could still take",
            "worker_stream_failures_total", "serve: streams that have failed, from 0 on for each exit code",
            "worker_launcher_trouble", "serve: 1 while what starts streams is out of reach",
            "worker_segment_disk_free_bytes", "where segments are written",
            "worker_segment_disk_min_free_bytes", "WORKER_SEGMENT_MIN_FREE",
            "process_uptime_seconds", "Micrometer, in every process",
            "process_cpu_usage", "Micrometer, in every process",
            "system_cpu_usage", "Micrometer, in every process",
            "jvm_memory_used_bytes", "Micrometer; the heap of the binary too");

    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    @Test
    void everyQueryNamesWhatIsExported() throws IOException {
        Set<String> exported = new TreeSet<>(ofStreams());
        exported.addAll(OF_THE_PROCESS.keySet());
        exported.addAll(OF_PROMETHEUS);

        Map<String, String> queries = Queries.all();

        assertThat(queries).hasSizeGreaterThan(30);
        queries.forEach((where, query) -> assertThat(exported)
                .as("%s: %s", where, query)
                .containsAll(Queries.metrics(query))
                .as("%s names no metric", where)
                .matches(ignored -> !Queries.metrics(query).isEmpty()));
    }

    @Test
    void everySeriesOfAStreamIsOnTheDashboardOrInAnAlert() throws IOException {
        Set<String> asked = Queries.all().values().stream()
                .flatMap(query -> Queries.metrics(query).stream())
                .map(MetricNamesTest::family)
                .collect(Collectors.toSet());

        assertThat(asked)
                .containsAll(ofStreams().stream().map(MetricNamesTest::family).toList());
    }

    /** A panel whose query forgets it shows all languages whichever is chosen; one that asks for it in vain shows nothing. */
    @Test
    void panelsFollowTheChosenLanguageWhereThereIsOne() throws IOException {
        Set<String> ofLanguages = samples().stream()
                .filter(sample -> sample.labels().containsKey("language"))
                .map(Metrics.Sample::name)
                .collect(Collectors.toSet());

        Queries.all().forEach((where, query) -> {
            boolean chosen = query.contains("language=~\"$language\"");
            boolean has = !Collections.disjoint(Queries.metrics(query), ofLanguages);
            if (where.startsWith("panel")) {
                assertThat(chosen).as("%s: %s", where, query).isEqualTo(has);
            }
        });
        assertThat(ofLanguages).contains("worker_fallback_total", "worker_output_bytes_total");
    }

    @Test
    void namesAreFoundInQueries() {
        String query =
                "sum by (le, a) (rate(x_total{b=\"c_total\"}[5m])) / on (d) y unless z_seconds > 1e3 or vector(0)";

        assertThat(Queries.metrics(query)).containsExactly("x_total", "y", "z_seconds");
    }

    private static Set<String> ofStreams() {
        return samples().stream().map(Metrics.Sample::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Metrics.Sample> samples() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        StreamMetrics metrics = new StreamMetrics(registry, new StreamId("any"));
        // Series that begin with their first value are there too.
        metrics.accept(ZeroFigures.of(figure -> !figure.ofLanguage()));
        metrics.accept(ZeroFigures.of(Figure::ofLanguage).of("es"));
        metrics.accept(
                new StreamEvent.OfLanguage("es", new SegmentEvent.RoundTrip(UUID.randomUUID(), Duration.ofMillis(1))));
        return Metrics.parse(registry.scrape()).samples();
    }

    /** A histogram's parts are one thing to look at; its largest sample is Micrometer's addition. */
    private static String family(String name) {
        return name.startsWith("worker_sts_rtt_ms") ? "worker_sts_rtt_ms" : name;
    }
}
