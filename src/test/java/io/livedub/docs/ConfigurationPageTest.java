package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
