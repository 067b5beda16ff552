package io.livedub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

/** What a reader of the sources may rely on: a name means one thing, and a file is read in one sitting. */
class SourcesTest {
    private static final int MOST_LINES = 300;

    /** Of nested types, too: two records called {@code Lost} are confused in a stack trace, an import and a conversation. */
    @Test
    void aSimpleNameIsGivenOnce() {
        Map<String, List<String>> byName = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.livedub").stream()
                        .filter(type -> !type.isAnonymousClass() && !type.isLocalClass())
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));

        assertThat(byName.values())
                .hasSizeGreaterThan(500)
                .filteredOn(names -> names.size() > 1)
                .isEmpty();
    }

    @Test
    void noFileIsLongerThanThreeHundredLines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")))
                    .hasSizeGreaterThan(500)
                    .filteredOn(file -> lines(file) > MOST_LINES)
                    .isEmpty();
        }
    }

    /** Phrases that readers had to read three times. A plain sentence says who does what. */
    @Test
    void nobodyWritesInRiddles() throws IOException {
        Pattern riddle = Pattern.compile(
                "\\b(to be had|can be had|(is|are) told|is none (that|of)|that is none|as (the|an?) \\w+ has it)\\b");
        List<String> found = new ArrayList<>();
        for (String place : List.of("src/main/java", "src/test/java", "docs", "scripts", "deploy", "README.md")) {
            try (Stream<Path> files = Files.walk(Path.of(place))) {
                for (Path file : files.filter(SourcesTest::isProse).toList()) {
                    Files.readAllLines(file).stream()
                            .filter(line -> riddle.matcher(line).find())
                            .forEach(line -> found.add(file + ": " + line.strip()));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static boolean isProse(Path file) {
        return Files.isRegularFile(file)
                && file.toString().matches(".*\\.(java|md|py|sh|yaml)")
                && !file.endsWith("SourcesTest.java");
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
