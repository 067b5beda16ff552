package io.livedub.docs;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Markdown tables. */
final class Tables {
    private Tables() {}

    static String table(List<String> rows, String... columns) {
        String rule = Arrays.stream(columns).map(column -> "---|").collect(Collectors.joining("", "|", "\n"));
        return row(columns) + rule + String.join("", rows);
    }

    /** A bar inside a cell would end it. */
    static String row(String... cells) {
        return Arrays.stream(cells)
                .map(cell -> cell.replace("|", "\\|").strip())
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    static String code(String text) {
        return text.isEmpty() ? "–" : "`" + text + "`";
    }
}
