package io.livedub.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.livedub.sound.DubSound;

/**
 * The settings of one stream (contract: languages).
 *
 * @param sourceLanguage spoken in the source
 * @param targets one at least, each language once; the first is published at {@code out}, the others at {@code out-{language}}
 * @param passthrough whether nothing is dubbed
 * @param dub how its dubs sound
 * @param backup whether {@code in-backup} is read as well, to go over to when {@code in} gives nothing (contract: continuity)
 */
public record StreamSettings(
        String sourceLanguage, List<Target> targets, boolean passthrough, DubConfig dub, boolean backup) {
    public StreamSettings {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a stream needs a language");
        }
        Set<String> seen = new HashSet<>();
        for (Target target : targets) {
            if (!seen.add(target.key())) {
                throw new IllegalArgumentException("language '" + target.language() + "' stands twice");
            }
        }
    }

    /** Without a backup source. */
    public StreamSettings(String sourceLanguage, List<Target> targets, boolean passthrough, DubConfig dub) {
        this(sourceLanguage, targets, passthrough, dub, false);
    }

    /** Whether STS is needed. */
    public boolean isDubbed() {
        return !passthrough && targets.stream().anyMatch(target -> !target.isOriginal());
    }

    public Target first() {
        return targets.get(0);
    }

    public StreamSettings withTargets(List<Target> others) {
        return new StreamSettings(sourceLanguage, others, passthrough, dub, backup);
    }

    /** These settings on a run that began with others and goes on: languages and sound follow them, all else stays as the run began. */
    public StreamSettings onARunOf(StreamSettings begun) {
        return new StreamSettings(
                begun.sourceLanguage,
                targets,
                begun.passthrough,
                new DubConfig(dub.sound(), begun.dub.cutAtPauses()),
                begun.backup);
    }

    /** All of them said by one source. */
    public SettingsPatch asPatch() {
        return new SettingsPatch(Map.of(
                Setting.SOURCE_LANGUAGE,
                sourceLanguage,
                Setting.TARGETS,
                targets,
                Setting.MODE,
                passthrough,
                Setting.CUT,
                dub.cutAtPauses(),
                Setting.BED,
                dub.sound().bed(),
                Setting.BED_DB,
                dub.sound().bedDb(),
                Setting.LOUDNESS,
                dub.sound().matchLoudness(),
                Setting.BACKUP,
                backup));
    }

    public StreamSettings withSound(DubSound sound) {
        return new StreamSettings(
                sourceLanguage, targets, passthrough, new DubConfig(sound, dub.cutAtPauses()), backup);
    }

    public StreamSettings withBackup() {
        return new StreamSettings(sourceLanguage, targets, passthrough, dub, true);
    }
}
