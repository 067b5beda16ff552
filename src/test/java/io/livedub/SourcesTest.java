package io.livedub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
