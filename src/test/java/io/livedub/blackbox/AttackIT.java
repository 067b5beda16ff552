package io.livedub.blackbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import io.livedub.support.LabTool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A quick part of {@code ./dev attack}: hostile publishers, a hostile STS service and hostile HTTP clients against one {@code serve}, whose
 * healthy stream must not lose a dub, and whose memory and threads stay bounded.
 */
@Tag("in-pairs")
class AttackIT {
    private static final List<String> DOORS = List.of("publisher", "STS", "HTTP", "all");

    @TestFactory
    Stream<DynamicTest> nothingHostileHarmsAHealthyStream() {
        JsonNode found = LabTool.run("attack", "attack-quick", Duration.ofMinutes(4), "--quick");

        List<DynamicTest> tests = new ArrayList<>();
        List<String> doors = new ArrayList<>();
        for (JsonNode row : found.get("attacks")) {
            doors.add(row.get("door").asText());
            tests.add(DynamicTest.dynamicTest(
                    row.get("door").asText() + ": " + row.get("attack").asText(),
                    () -> assertThat(row.get("faults")).as(row.toPrettyString()).isEmpty()));
        }
        // A serve that dies ends the table early; then the test of the row that killed it says so.
        tests.add(DynamicTest.dynamicTest(
                "every door was attacked",
                () -> assertThat(doors).as(found.toPrettyString()).containsAll(DOORS)));
        return tests.stream();
    }
}
