package io.livedub.config;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;

/**
 * What one source says of a stream's settings. A setting that it does not say is left to the next source.
 *
 * @param said the settings that it says, with the values that {@link SettingValues} makes of their texts
 */
public record SettingsPatch(Map<Setting, Object> said) {
    /** A source that says nothing. */
    public static final SettingsPatch NOTHING = new SettingsPatch(Map.of());

    public SettingsPatch {
        said = Map.copyOf(said);
    }

    /** @param targets checked */
    public static SettingsPatch ofTargets(List<Target> targets) {
        return new SettingsPatch(Map.of(Setting.TARGETS, targets));
    }

    /** This source's settings, and for those that it does not say the other source's. */
    public SettingsPatch or(SettingsPatch next) {
        Map<Setting, Object> both = new EnumMap<>(Setting.class);
        both.putAll(next.said);
        both.putAll(said);
        return new SettingsPatch(both);
    }

    StreamSettings over(StreamSettings lowest) {
        DubConfig dub = lowest.dub();
        DubSound sound = dub.sound();
        return new StreamSettings(
                value(Setting.SOURCE_LANGUAGE, lowest.sourceLanguage()),
                value(Setting.TARGETS, lowest.targets()),
                value(Setting.MODE, lowest.passthrough()),
                new DubConfig(
                        new DubSound(
                                value(Setting.BED, sound.bed()),
                                value(Setting.BED_DB, sound.bedDb()),
                                value(Setting.LOUDNESS, sound.matchLoudness())),
                        value(Setting.CUT, dub.cutAtPauses())),
                value(Setting.BACKUP, lowest.backup()));
    }

    public Optional<String> sourceLanguage() {
        return Optional.ofNullable(value(Setting.SOURCE_LANGUAGE, null));
    }

    public Optional<List<Target>> targets() {
        return Optional.ofNullable(value(Setting.TARGETS, null));
    }

    public Optional<Boolean> passthrough() {
        return Optional.ofNullable(value(Setting.MODE, null));
    }

    public Optional<Boolean> cutAtPauses() {
        return Optional.ofNullable(value(Setting.CUT, null));
    }

    public Optional<Bed> bed() {
        return Optional.ofNullable(value(Setting.BED, null));
    }

    public Optional<Integer> bedDb() {
        return Optional.ofNullable(value(Setting.BED_DB, null));
    }

    public Optional<Boolean> matchLoudness() {
        return Optional.ofNullable(value(Setting.LOUDNESS, null));
    }

    public Optional<Boolean> backup() {
        return Optional.ofNullable(value(Setting.BACKUP, null));
    }

    // The type of a setting's value is the one that Builder puts.
    @SuppressWarnings("unchecked")
    private <T> T value(Setting setting, T lowest) {
        return (T) said.getOrDefault(setting, lowest);
    }

    /** Made setting by setting; each value is checked as it comes. */
    public static final class Builder {
        private final SettingRules rules;
        private final Map<Setting, Object> said = new EnumMap<>(Setting.class);

        public Builder(SettingRules rules) {
            this.rules = rules;
        }

        /**
         * @param name for the message
         * @param text of a list of targets: the short form
         * @throws WrongSetting when the text is no value of the setting, which then stays unsaid
         */
        public Builder say(Setting setting, String name, String text) {
            said.put(setting, value(setting, name, text));
            return this;
        }

        private Object value(Setting setting, String name, String text) {
            return switch (setting) {
                case SOURCE_LANGUAGE -> SettingValues.sourceLanguage(name, text);
                case TARGETS -> SettingValues.targets(name, text, rules);
                case MODE -> SettingValues.passthrough(name, text, rules);
                case CUT -> SettingValues.cutAtPauses(name, text);
                case BED -> SettingValues.bed(name, text);
                case BED_DB -> SettingValues.bedDb(name, text);
                case LOUDNESS -> SettingValues.matchLoudness(name, text);
                case BACKUP -> SettingValues.backup(name, text);
            };
        }

        Builder targets(String name, List<Target> targets) {
            said.put(Setting.TARGETS, SettingValues.targets(name, targets, rules));
            return this;
        }

        public SettingsPatch build() {
            return new SettingsPatch(said);
        }
    }
}
