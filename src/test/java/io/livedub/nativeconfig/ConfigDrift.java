package io.livedub.nativeconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** How the committed configuration differs from a generated one. */
final class ConfigDrift {
    static final String MEND = "./dev native-config";
    private static final int SHOWN = 10;

    private ConfigDrift() {}

    /** One text for each file that differs, naming its first differing lines; empty when nothing does. */
    static List<String> between(Path committed, SortedMap<String, String> generated) throws IOException {
        List<String> drift = new ArrayList<>();
        for (Map.Entry<String, String> file : generated.entrySet()) {
            Path path = committed.resolve(file.getKey());
            String text = Files.exists(path) ? Files.readString(path) : "";
            if (!text.equals(file.getValue())) {
                drift.add(describe(file.getKey(), text, file.getValue()));
            }
        }
        return drift;
    }

    private static String describe(String name, String committed, String generated) {
        List<String> lines = new ArrayList<>();
        entries(generated).stream()
                .filter(line -> !entries(committed).contains(line))
                .forEach(line -> lines.add("  missing: " + line));
        entries(committed).stream()
                .filter(line -> !entries(generated).contains(line))
                .forEach(line -> lines.add("  left over: " + line));
        List<String> shown = lines.subList(0, Math.min(SHOWN, lines.size()));
        return "%s is not what the class path asks for (%d lines differ); `%s` mends it:%n%s"
                .formatted(name, lines.size(), MEND, String.join(System.lineSeparator(), shown));
    }

    private static Set<String> entries(String text) {
        Set<String> entries = new LinkedHashSet<>();
        text.lines().forEach(line -> entries.add(line.replaceAll(",$", "")));
        return entries;
    }
}
