package io.livedub.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.livedub.sound.Bed;

/**
 * Checks the value of one setting. The environment, the streams file, a publisher's query and the API all use these methods, so that a
 * value is never right in one place and wrong in another. Each method takes the name that its message says.
 */
public final class SettingValues {
    static final Map<String, Bed> BEDS =
            Map.of("off", Bed.OFF, "duck", Bed.DUCK, "constant", Bed.CONSTANT, "stem", Bed.STEM);
    static final Map<String, Boolean> LOUDNESSES = Map.of("off", false, "match", true);
    static final Map<String, Boolean> CUTS = Map.of("fixed", false, "pause", true);
    static final Map<String, Boolean> ON_OFF = Map.of("off", false, "on", true);
    static final Map<String, Boolean> MODES = Map.of("enabled", false, "passthrough", true);
    static final int BED_DB_MIN = -40;
    static final int BED_DB_MAX = 0;

    private static final String TAG = "a language tag such as en or pt-BR";
    private static final String NO_SERVICE = ": WORKER_STS_SERVICE_URL is not set, so nothing can be dubbed";
    private static final int LONGEST_SOURCE_TAG = 64;
    /** A target's tag is part of a path, and a hook knows an output by it: 35 characters are enough for every tag in use. */
    private static final int LONGEST_TARGET_TAG = 35;

    private static final int LONGEST_VOICE = 64;
    /**
     * A comma separates targets in a text. A dollar or a backslash could make the configuration of a child, or Kubernetes, put the value of a
     * variable in: the text of a publisher must not be able to name one.
     */
    private static final Pattern IN_NO_VOICE = Pattern.compile("[,$\\\\]");

    private SettingValues() {}

    static <T> T choice(String name, String value, Map<String, T> choices, String allowed) {
        T choice = choices.get(value);
        if (choice == null) {
            throw new WrongSetting(name, value, allowed);
        }
        return choice;
    }

    static boolean passthrough(String name, String value, SettingRules rules) {
        boolean passthrough = choice(name, value, MODES, "enabled or passthrough");
        if (!passthrough && !rules.service()) {
            throw new WrongSetting(name, value, "passthrough" + NO_SERVICE);
        }
        return passthrough;
    }

    static boolean cutAtPauses(String name, String value) {
        return choice(name, value, CUTS, "fixed or pause");
    }

    static Bed bed(String name, String value) {
        return choice(name, value, BEDS, "off, duck, constant or stem");
    }

    static int bedDb(String name, String value) {
        return Values.integer(name, Optional.of(value), 0, BED_DB_MIN, BED_DB_MAX);
    }

    static boolean matchLoudness(String name, String value) {
        return choice(name, value, LOUDNESSES, "off or match");
    }

    static boolean backup(String name, String value) {
        return choice(name, value, ON_OFF, "on or off");
    }

    static String sourceLanguage(String name, String value) {
        if (value.strip().equalsIgnoreCase(Target.ORIGINAL)) {
            throw new WrongSetting(name, value, TAG);
        }
        return tag(name, value, LONGEST_SOURCE_TAG);
    }

    private static String tag(String name, String value, int most) {
        if (value.length() > most) {
            throw new WrongSetting(name, value, TAG);
        }
        return Values.languageTag(name, Optional.of(value), "");
    }

    /** @throws WrongSetting when the language is no language tag, or a target cannot have the voice */
    public static Target target(String name, String language, Optional<String> voice) {
        Target target = new Target(tag(name, language.strip(), LONGEST_TARGET_TAG), voice.map(String::strip));
        voice.ifPresent(text -> checkVoice(name, target, text.strip()));
        return target;
    }

    private static void checkVoice(String name, Target target, String voice) {
        if (target.isOriginal()) {
            throw new WrongSetting(name, target.language() + ":" + voice, "original without a voice");
        }
        if (voice.length() > LONGEST_VOICE
                || !Values.isPrintable(voice)
                || IN_NO_VOICE.matcher(voice).find()) {
            throw new WrongSetting(
                    name,
                    voice.isEmpty() ? target.language() + ":" : voice,
                    "a voice of 1 to 64 printable characters without comma, backslash and dollar");
        }
    }

    /** The short form of one target: {@code es}, {@code fr:anna}. */
    static Target target(String name, String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? target(name, text, Optional.empty())
                : target(name, text.substring(0, colon), Optional.of(text.substring(colon + 1)));
    }

    /** The short form of a list: {@code es,fr:anna,original}. */
    static List<Target> targets(String name, String text, SettingRules rules) {
        List<Target> targets = new ArrayList<>();
        for (String each : text.split(",", rules.maxLanguages() + 2)) {
            if (targets.size() == rules.maxLanguages()) {
                throw tooMany(name, text, rules);
            }
            if (each.isBlank()) {
                // An empty place says nothing: the list shows where it is.
                throw new WrongSetting(name, text, TAG);
            }
            targets.add(target(name, each));
        }
        return targets(name, targets, rules);
    }

    /** @throws WrongSetting when no language is named, too many are, or one is named twice */
    public static List<Target> targets(String name, List<Target> targets, SettingRules rules) {
        if (targets.isEmpty() || targets.size() > rules.maxLanguages()) {
            throw tooMany(name, text(targets), rules);
        }
        Set<String> seen = new HashSet<>();
        for (Target target : targets) {
            if (!seen.add(target.key())) {
                throw new WrongSetting(name, text(targets), "a list that names each language once");
            }
            if (!rules.service() && !rules.passthrough() && !target.isOriginal()) {
                throw new WrongSetting(name, text(targets), "original" + NO_SERVICE);
            }
        }
        return List.copyOf(targets);
    }

    private static WrongSetting tooMany(String name, String text, SettingRules rules) {
        return new WrongSetting(
                name,
                text,
                String.format(Locale.ROOT, "a list of 1 to %d languages (WORKER_MAX_LANGUAGES)", rules.maxLanguages()));
    }

    /** The short form, which {@link #targets(String, String, SettingRules)} reads again. */
    static String text(List<Target> targets) {
        return String.join(
                ",",
                targets.stream()
                        .map(target -> target.language()
                                + target.voiceProfile()
                                        .map(voice -> ":" + voice)
                                        .orElse(""))
                        .toList());
    }
}
