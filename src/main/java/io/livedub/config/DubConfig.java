package io.livedub.config;

import io.livedub.sound.DubSound;

/**
 * How a dub sounds.
 *
 * @param sound what is done to its sound
 * @param cutAtPauses whether a segment ends at a pause in its last third
 */
public record DubConfig(DubSound sound, boolean cutAtPauses) {

    static DubConfig of(Settings.Dub dub) {
        DubSound sound = new DubSound(
                SettingValues.bed("WORKER_DUB_BED", Values.word(dub.bed(), "off", SettingValues.BEDS)),
                SettingValues.bedDb("WORKER_DUB_BED_DB", dub.bedDb().orElse("-14")),
                SettingValues.matchLoudness(
                        "WORKER_DUB_LOUDNESS", Values.word(dub.loudness(), "off", SettingValues.LOUDNESSES)));
        return new DubConfig(
                sound,
                SettingValues.cutAtPauses("WORKER_SEGMENT_CUT", Values.word(dub.cut(), "fixed", SettingValues.CUTS)));
    }
}
