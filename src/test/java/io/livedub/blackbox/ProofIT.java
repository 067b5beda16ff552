package io.livedub.blackbox;

import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.livedub.support.LabTool;

import static org.assertj.core.api.Assertions.assertThat;

/** One row of {@code ./dev proof}, so that the command itself stays right; the whole table is played by hand (docs/proof.md). */
class ProofIT {
    @Test
    void aResetConnectionToStsCostsDubsAndNoPictures() {
        JsonNode row = LabTool.run(
                        "proof", "proof-quick", Duration.ofMinutes(2), "--mode", "dubbed", "--settle", "6", "sts_reset")
                .path(0);

        assertThat(row.path("error").isNull()).as(row.toPrettyString()).isTrue();
        assertThat(row.path("exit").isNull()).as(row.toPrettyString()).isTrue();
        assertThat(row.path("lost").asInt(-1)).as(row.toPrettyString()).isZero();
        assertThat(row.path("said").asText()).as(row.toPrettyString()).contains("original audio");
    }
}
