package io.livedub.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

import static java.util.Map.entry;

/** The series of one stream as a scrape shows them. */
final class MetricsReference {
    private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /** What the label {@code kind} of the two metrics of oddities says. */
    private static final Map<Figure, String> KINDS = Map.ofEntries(
            entry(Figure.SOURCE_FOREIGN_TRACK, "messages of a track that is neither H.264 nor AAC; left out"),
            entry(Figure.SOURCE_UNREADABLE, "messages that are cut off or contradict themselves; left out"),
            entry(Figure.SOURCE_NO_CONFIGURATION, "frames in front of their decoder configuration; left out"),
            entry(Figure.SOURCE_ADTS, "AAC frames with an ADTS header, which is taken off"),
            entry(Figure.SOURCE_REFRAMED, "access units whose NAL units were framed wrongly; framed anew"),
            entry(Figure.SOURCE_COMPOSITION, "composition offsets that no encoder can mean; replaced"),
            entry(Figure.SOURCE_CONFIGURATION, "changes of the decoder configuration on air"),
            entry(
                    Figure.SOURCE_LATE_TRACK,
                    "connections in which one track had come for 10 s and the other had not begun; nothing is lost"),
            entry(
                    Figure.SOURCE_TOO_FAST,
                    "pauses of reading, because the source sends much faster than it plays; nothing is lost"),
            entry(Figure.SOURCE_BEFORE_ZERO, "frames in front of the first keyframe; left out"),
            entry(Figure.SOURCE_FILLED, "silent frames put into holes of the sound"),
            entry(Figure.SOURCE_OVERLAPPING, "AAC frames whose place other sound had taken; left out"),
            entry(Figure.SOURCE_RESTAMPED, "time stamps that were missing, shared or wrong; replaced"),
            entry(Figure.SOURCE_STRAY, "frames whose time stamp fits nothing; left out"),
            entry(Figure.SOURCE_JUMP, "new beginnings of the source's time stamps, such as an encoder's restart"),
            entry(Figure.SOURCE_SHIFT, "jumps of one track's time stamps; what follows is moved back to its place"),
            entry(
                    Figure.SOURCE_TOO_MUCH,
                    "frames left out because the stream holds as much as it may: a third of the heap, of a small heap half"),
            entry(Figure.OUTPUT_INSERTED, "silent frames put in while the output follows a longer latency"),
            entry(Figure.OUTPUT_LEFT_OUT, "AAC frames left out while the output follows a shorter latency"),
            entry(Figure.OUTPUT_FILLED, "silent frames sent because nothing was there at its time"),
            entry(Figure.OUTPUT_OVERLAPPING, "AAC frames left out because silence was sent in their place"),
            entry(Figure.OUTPUT_REFUSED, "frames left out because the output holds as many as it may"));

    private MetricsReference() {}

    /** The values of the label {@code kind}, in the order of the figures. */
    static String kinds() {
        List<String> rows = Arrays.stream(Figure.values())
                .filter(figure -> figure.labels().contains("kind"))
                .map(figure -> Tables.row(
                        Tables.code(figure.metric().replace('.', '_') + "_total"),
                        Tables.code(figure.labels().get(1)),
                        Objects.requireNonNull(KINDS.get(figure), figure + " needs its line in KINDS")))
                .toList();
        return Tables.table(rows, "metric", "kind", "counts");
    }

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
