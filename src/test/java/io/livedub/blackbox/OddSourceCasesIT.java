package io.livedub.blackbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.livedub.support.LabTool;
import io.livedub.support.MediaMtx;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sources as real encoders send them, one of each kind ({@code ./dev odd} has their mutations). Every frame that comes out is found again by its
 * hash; what is due is written with each kind in {@code scripts/lab/odd}.
 */
@Tag("in-pairs")
class OddSourceCasesIT {
    private static final int KINDS = 10;

    /** All of them mostly wait, so they run side by side; a test each says which is wrong. */
    @TestFactory
    Stream<DynamicTest> eachKindComesOutAsItShould() {
        JsonNode found = LabTool.run("odd", "odd-cases", Duration.ofMinutes(5), "--both", "--parallel", "8");

        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode record : found.get("cases")) {
            String name = record.get("case").asText() + " " + record.get("mode").asText();
            tests.add(DynamicTest.dynamicTest(name, () -> assertThat(record.get("faults"))
                    .as(record.toPrettyString())
                    .isEmpty()));
        }
        assertThat(tests).hasSize(2 * KINDS);
        return tests.stream();
    }

    /** A real server shows a path late and gives a picture from a keyframe on; what is awaited must be awaited there too. */
    @Test
    void aLongGopComesThroughMediaMtx() {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);

        JsonNode found = LabTool.run("odd", "odd-mediamtx", Duration.ofMinutes(3), "long_gop", "--mediamtx");

        JsonNode record = found.get("cases").get(0);
        assertThat(record.get("faults")).as(record.toPrettyString()).isEmpty();
        assertThat(record.get("pictures").get("matched").asInt()).isPositive();
    }
}
