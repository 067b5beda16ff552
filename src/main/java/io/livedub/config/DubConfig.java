package io.livedub.config;

import java.util.Map;

/**
 * How a dub sounds.
 *
 * @param bed what is heard under it
 * @param bedDb level of the original under it, 0 or less
 * @param matchLoudness whether it is brought to the original's loudness
 * @param cutAtPauses whether a segment ends at a pause in its last third
 */
public record DubConfig(Bed bed, int bedDb, boolean matchLoudness, boolean cutAtPauses) {
    /** What is heard under a dub. */
    public enum Bed {
        OFF,
        DUCK,
        CONSTANT,
        STEM
    }

    static DubConfig of(Settings.Dub dub) {
        return new DubConfig(
                Values.choice(
                        "WORKER_DUB_BED",
                        dub.bed(),
                        "off",
                        Map.of("off", Bed.OFF, "duck", Bed.DUCK, "constant", Bed.CONSTANT, "stem", Bed.STEM),
                        "off, duck, constant or stem"),
                Values.integer("WORKER_DUB_BED_DB", dub.bedDb(), -14, -40, 0),
                Values.choice(
                        "WORKER_DUB_LOUDNESS",
                        dub.loudness(),
                        "off",
                        Map.of("off", false, "match", true),
                        "off or match"),
                Values.choice(
                        "WORKER_SEGMENT_CUT",
                        dub.cut(),
                        "fixed",
                        Map.of("fixed", false, "pause", true),
                        "fixed or pause"));
    }
}
