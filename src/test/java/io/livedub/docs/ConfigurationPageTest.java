package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.livedub.support.ContractNames;

import static org.assertj.core.api.Assertions.assertThat;

/** With {@code -Dconfiguration-page.write=true} the page is written instead of compared: {@code ./dev docs}. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageIsWhatTheProgramSaysOfItself() throws IOException {
        String generated = ConfigurationPage.text();
        if (Boolean.getBoolean("configuration-page.write")) {
            Files.writeString(PAGE, generated);
        }

        String page = Files.readString(PAGE);

        assertThat(page).as("run ./dev docs and commit the page").isEqualTo(generated);
    }

    /** Those of a process stand on the page as text, because their meters need a running {@code serve}. */
    @Test
    void everyMeterOfTheSourcesIsOnIt() throws IOException {
        Pattern made = Pattern.compile("(?:Gauge|Counter)\\s*\\.builder\\(\\s*\"(worker\\.[a-z.]+)\"");
        String page = ConfigurationPage.text();
        Set<String> meters = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                made.matcher(Files.readString(file)).results().forEach(meter -> meters.add(meter.group(1)));
            }
        }

        assertThat(meters).hasSizeGreaterThan(8);
        assertThat(meters)
                .allSatisfy(meter -> assertThat(page).containsPattern("`" + meter.replace('.', '_') + "(_total)?`"));
    }

    @Test
    void everyVariableOfTheContractIsOnIt() {
        String page = ConfigurationPage.text();

        assertThat(page).contains(ContractNames.VARIABLES);
        assertThat(page)
                .contains(
                        "WORKER_DUB_BED",
                        "WORKER_DUB_BED_DB",
                        "WORKER_DUB_LOUDNESS",
                        "WORKER_SEGMENT_CUT",
                        "WORKER_OUTPUT_GRACE_MS");
    }
}
