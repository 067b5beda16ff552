package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code docs/advisories.tsv}, and what it says of a set of libraries. */
final class Advisories {
    private static final Path LIST = Path.of("docs", "advisories.tsv");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** A line. */
    record Advisory(String library, String fixedIn, String ids, boolean accepted, String reason) {}

    private Advisories() {}

    static List<Advisory> all() throws IOException {
        return Files.readAllLines(LIST).stream()
                .filter(line -> !line.startsWith("#"))
                .map(Advisories::parse)
                .toList();
    }

    private static Advisory parse(String line) {
        String[] fields = line.split("\t");
        if (fields.length != 5 || !List.of("fixed", "accepted").contains(fields[3]) || fields[4].isBlank()) {
            throw new IllegalArgumentException("not library, version, advisory, state, reason: " + line);
        }
        return new Advisory(fields[0], fields[1], fields[2], fields[3].equals("accepted"), fields[4]);
    }

    /** @param versions of {@code group:artifact} */
    static List<String> complaints(List<Advisory> advisories, Map<String, String> versions) {
        List<String> complaints = new ArrayList<>();
        for (Advisory advisory : advisories) {
            String version = versions.get(advisory.library());
            if (version == null) {
                continue;
            }
            boolean old = compare(version, advisory.fixedIn()) < 0;
            if (old && !advisory.accepted()) {
                complaints.add(
                        advisory.library() + " " + version + " has " + advisory.ids() + ": take " + advisory.fixedIn());
            } else if (!old && advisory.accepted()) {
                complaints.add(advisory.library() + " " + version + " has " + advisory.ids()
                        + " no more: the line is to say fixed");
            }
        }
        return complaints;
    }

    /** By the numbers in them. */
    static int compare(String a, String b) {
        return Arrays.compare(numbers(a), numbers(b));
    }

    private static int[] numbers(String version) {
        return NUMBER.matcher(version)
                .results()
                .mapToInt(number -> Integer.parseInt(number.group()))
                .toArray();
    }
}
