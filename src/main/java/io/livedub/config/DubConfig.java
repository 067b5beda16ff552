package io.livedub.config;

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

    static DubConfig of(DubVariables dub) {
        return new DubConfig(
                SettingValues.bed(
                        "WORKER_DUB_BED", Values.word(dub.bed(), VariableDefaults.DUB_BED, SettingValues.BEDS)),
                SettingValues.bedDb("WORKER_DUB_BED_DB", dub.bedDb().orElse(VariableDefaults.DUB_BED_DB)),
                SettingValues.matchLoudness(
                        "WORKER_DUB_LOUDNESS",
                        Values.word(dub.loudness(), VariableDefaults.DUB_LOUDNESS, SettingValues.LOUDNESSES)),
                SettingValues.cutAtPauses(
                        "WORKER_SEGMENT_CUT",
                        Values.word(dub.cut(), VariableDefaults.SEGMENT_CUT, SettingValues.CUTS)));
    }
}
