package io.livedub.config;

import java.util.List;
import java.util.Optional;

import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;

/** What one source says of a stream's settings: each setting by itself is said or left to the next source. */
public record SettingsPatch(
        Optional<String> sourceLanguage,
        Optional<List<Target>> targets,
        Optional<Boolean> passthrough,
        Optional<Boolean> cutAtPauses,
        Optional<Bed> bed,
        Optional<Integer> bedDb,
        Optional<Boolean> matchLoudness,
        Optional<Boolean> backup) {
    /** A source that says nothing. */
    public static final SettingsPatch NOTHING = new SettingsPatch(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Of another source, what this one does not say. */
    public SettingsPatch or(SettingsPatch next) {
        return new SettingsPatch(
                sourceLanguage.or(next::sourceLanguage),
                targets.or(next::targets),
                passthrough.or(next::passthrough),
                cutAtPauses.or(next::cutAtPauses),
                bed.or(next::bed),
                bedDb.or(next::bedDb),
                matchLoudness.or(next::matchLoudness),
                backup.or(next::backup));
    }

    StreamSettings over(StreamSettings lowest) {
        DubSound sound = lowest.dub().sound();
        return new StreamSettings(
                sourceLanguage.orElse(lowest.sourceLanguage()),
                targets.orElse(lowest.targets()),
                passthrough.orElse(lowest.passthrough()),
                new DubConfig(
                        new DubSound(
                                bed.orElse(sound.bed()),
                                bedDb.orElse(sound.bedDb()),
                                matchLoudness.orElse(sound.matchLoudness())),
                        cutAtPauses.orElse(lowest.dub().cutAtPauses())),
                backup.orElse(lowest.backup()));
    }

    /** Made setting by setting; each value is checked as it comes. */
    public static final class Builder {
        private final SettingRules rules;
        private SettingsPatch patch = NOTHING;

        public Builder(SettingRules rules) {
            this.rules = rules;
        }

        /**
         * @param name for the message
         * @param text of a list of targets: the short form
         * @throws WrongSetting and the setting is still not said
         */
        public Builder say(Setting setting, String name, String text) {
            SettingsPatch said =
                    switch (setting) {
                        case SOURCE_LANGUAGE -> ofSourceLanguage(SettingValues.sourceLanguage(name, text));
                        case TARGETS -> ofTargets(SettingValues.targets(name, text, rules));
                        case MODE -> ofPassthrough(SettingValues.passthrough(name, text, rules));
                        case CUT -> ofCut(SettingValues.cutAtPauses(name, text));
                        case BED -> ofBed(SettingValues.bed(name, text));
                        case BED_DB -> ofBedDb(SettingValues.bedDb(name, text));
                        case LOUDNESS -> ofLoudness(SettingValues.matchLoudness(name, text));
                        case BACKUP -> ofBackup(SettingValues.backup(name, text));
                    };
            patch = said.or(patch);
            return this;
        }

        Builder targets(String name, List<Target> targets) {
            patch = ofTargets(SettingValues.targets(name, targets, rules)).or(patch);
            return this;
        }

        public SettingsPatch build() {
            return patch;
        }
    }

    private static SettingsPatch ofSourceLanguage(String tag) {
        return with(Optional.of(tag), Optional.empty(), Optional.empty());
    }

    /** @param targets checked */
    public static SettingsPatch ofTargets(List<Target> targets) {
        return with(Optional.empty(), Optional.of(targets), Optional.empty());
    }

    private static SettingsPatch ofPassthrough(boolean passthrough) {
        return with(Optional.empty(), Optional.empty(), Optional.of(passthrough));
    }

    private static SettingsPatch with(
            Optional<String> source, Optional<List<Target>> targets, Optional<Boolean> passthrough) {
        return new SettingsPatch(
                source,
                targets,
                passthrough,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static SettingsPatch ofCut(boolean atPauses) {
        return withSound(Optional.of(atPauses), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static SettingsPatch ofBed(Bed bed) {
        return withSound(Optional.empty(), Optional.of(bed), Optional.empty(), Optional.empty());
    }

    private static SettingsPatch ofBedDb(int db) {
        return withSound(Optional.empty(), Optional.empty(), Optional.of(db), Optional.empty());
    }

    private static SettingsPatch ofLoudness(boolean match) {
        return withSound(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(match));
    }

    private static SettingsPatch withSound(
            Optional<Boolean> cut, Optional<Bed> bed, Optional<Integer> bedDb, Optional<Boolean> loudness) {
        return new SettingsPatch(
                Optional.empty(), Optional.empty(), Optional.empty(), cut, bed, bedDb, loudness, Optional.empty());
    }

    private static SettingsPatch ofBackup(boolean backup) {
        return new SettingsPatch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(backup));
    }
}
