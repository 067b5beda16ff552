package io.livedub.docs;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.events.Figure;
import io.livedub.support.ZeroFigures;

/** The series of one stream as a scrape shows them. */
final class MetricsReference {
    private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private MetricsReference() {}

    static String text() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Map<String, String> types = new TreeMap<>();
        Map<String, String> help = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        // Series that begin with their first value are there too.
        StreamMetrics series = new StreamMetrics(registry, new StreamId("any"));
        series.accept(ZeroFigures.of(figure -> !figure.ofLanguage()));
        series.accept(ZeroFigures.of(Figure::ofLanguage).of("es"));
        String current = "";
        for (String line : registry.scrape().split("\n")) {
            Matcher about = ABOUT.matcher(line);
            if (about.matches()) {
                current = about.group(2);
                ("HELP".equals(about.group(1)) ? help : types).put(current, about.group(3));
            } else {
                labelsOf(line, labels.computeIfAbsent(current, name -> new LinkedHashSet<>()));
            }
        }
        List<String> rows = new ArrayList<>();
        types.forEach((name, type) -> {
            // The largest sample of a time window, which the registry adds to a histogram.
            if (!name.endsWith("_max")) {
                rows.add(Tables.row(
                        Tables.code(name), type, help.get(name), String.join(" ", labels.getOrDefault(name, none()))));
            }
        });
        return Tables.table(rows, "name", "type", "meaning", "labels beside `stream_id`");
    }

    private static void labelsOf(String sample, Set<String> labels) {
        Matcher label = LABEL.matcher(sample);
        while (label.find()) {
            if (!"stream_id".equals(label.group(1))) {
                labels.add("`%s=%s`".formatted(label.group(1), label.group(2)));
            }
        }
    }

    private static Set<String> none() {
        return new LinkedHashSet<>();
    }
}
