package io.livedub.support;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page of Prometheus text. */
public record Metrics(String text, List<Sample> samples) {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One line of it. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    public static Metrics parse(String text) {
        return new Metrics(
                text,
                text.lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(SAMPLE::matcher)
                        .filter(Matcher::matches)
                        .map(line ->
                                new Sample(line.group(1), labels(line.group(2)), Double.parseDouble(line.group(3))))
                        .toList());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    /** The sum over all series of that name with that label. */
    public double sum(String name, String label, String value) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> value.equals(sample.labels().get(label)))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** The sum over all series of that name; fails when there is none. */
    public double sum(String name) {
        List<Sample> found =
                samples.stream().filter(sample -> sample.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new AssertionError("no series " + name);
        }
        return found.stream().mapToDouble(Sample::value).sum();
    }

    public boolean has(String name) {
        return samples.stream().anyMatch(sample -> sample.name().equals(name));
    }

    public Set<String> labelValues(String name, String label) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .map(sample -> sample.labels().getOrDefault(label, ""))
                .collect(Collectors.toSet());
    }
}
