package io.livedub.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The PromQL of dashboard, alerts and autoscaler, and the metrics that it names. */
final class Queries {
    private static final Path FOLDER = Path.of("deploy", "observability");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");
    /** What holds no metric: strings, label matchers, ranges, lists of labels. */
    private static final Pattern NO_METRICS = Pattern.compile(
            "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    private static final Pattern NAME = Pattern.compile("(?<!\\w)[a-zA-Z_:][\\w:]*(?!\\w|\\s*\\()");

    private Queries() {}

    /** Query by where it stands. */
    static Map<String, String> all() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        Manifests.documents(FOLDER.resolve("alerts.yml"))
                .get(0)
                .findParents("alert")
                .forEach(rule -> queries.put(
                        rule.path("alert").asText(), rule.path("expr").asText()));
        for (JsonNode panel : new ObjectMapper()
                .readTree(FOLDER.resolve("dashboard.json").toFile())
                .path("panels")) {
            panel.path("targets")
                    .forEach(target -> queries.put(
                            "panel '%s' %s"
                                    .formatted(
                                            panel.path("title").asText(),
                                            target.path("refId").asText()),
                            target.path("expr").asText()));
        }
        JsonNode adapter = Manifests.documents(Manifests.ROOT.resolve("components/autoscale/adapter-rule.yaml"))
                .get(0)
                .get(0);
        queries.put("autoscaler", adapter.path("metricsQuery").asText().replaceAll("<<[^>]*>>", ""));
        queries.put("autoscaler's series", adapter.path("seriesQuery").asText());
        return queries;
    }

    static Set<String> metrics(String query) {
        Set<String> metrics = new TreeSet<>();
        Matcher name = NAME.matcher(NO_METRICS.matcher(query).replaceAll(" "));
        while (name.find()) {
            if (!WORDS.contains(name.group())) {
                metrics.add(name.group());
            }
        }
        return metrics;
    }
}
