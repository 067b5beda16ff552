package io.livedub.config;

import io.livedub.sound.DubSound;

/**
 * How a dub sounds.
 *
 * @param sound what is done to its sound
 * @param cutAtPauses whether a segment ends at a pause in its last third
 */
public record DubConfig(DubSound sound, boolean cutAtPauses) {

    static DubConfig of(DubVariables dub) {
        DubSound sound = new DubSound(
                SettingValues.bed(
                        "WORKER_DUB_BED", Values.word(dub.bed(), VariableDefaults.DUB_BED, SettingValues.BEDS)),
                SettingValues.bedDb("WORKER_DUB_BED_DB", dub.bedDb().orElse(VariableDefaults.DUB_BED_DB)),
                SettingValues.matchLoudness(
                        "WORKER_DUB_LOUDNESS",
                        Values.word(dub.loudness(), VariableDefaults.DUB_LOUDNESS, SettingValues.LOUDNESSES)));
        return new DubConfig(
                sound,
                SettingValues.cutAtPauses(
                        "WORKER_SEGMENT_CUT",
                        Values.word(dub.cut(), VariableDefaults.SEGMENT_CUT, SettingValues.CUTS)));
    }
}
