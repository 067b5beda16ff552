package io.livedub.hook;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.WrongSetting;

/**
 * What a publisher's query says of its stream's settings. A wrong value is no reason to keep a stream off the air: the setting counts as
 * not said.
 *
 * @param warnings one for each setting that could not be used; they are safe to log
 */
record QuerySettings(SettingsPatch patch, List<String> warnings) {
    static final QuerySettings NONE = new QuerySettings(SettingsPatch.NOTHING, List.of());

    /** Eight languages with voices of 64 characters are shorter. */
    private static final int LONGEST_VALUE = 1024;

    private static final int LONGEST_SHOWN = 48;
    /** A publisher that forgets an ampersand has the rest of its query, credentials included, in the value before it. */
    private static final Pattern BEFORE_ANOTHER_PARAMETER = Pattern.compile("[A-Za-z0-9 :,.;_!+*()-]*");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z]{1,8}|[0-9]{1,5}");
    private static final Pattern LETTERS = Pattern.compile("[A-Za-z]+");

    static QuerySettings read(HookQuery query, SettingRules rules) {
        SettingsPatch.Builder patch = new SettingsPatch.Builder(rules);
        List<String> warnings = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            Optional.ofNullable(query.values().get(setting.field()))
                    .flatMap(value -> say(patch, setting, value, query))
                    .ifPresent(warnings::add);
            if (query.repeated().contains(setting.field())) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "the publisher's query has the setting %s more than once: the first one counts",
                        setting.field()));
            }
        }
        return new QuerySettings(patch.build(), List.copyOf(warnings));
    }

    private static Optional<String> say(SettingsPatch.Builder patch, Setting setting, String value, HookQuery query) {
        if (value.length() > LONGEST_VALUE) {
            return Optional.of(warning(setting, "…", "a shorter value"));
        }
        if (value.indexOf('\ufffd') >= 0) {
            return Optional.of(warning(setting, "…", "UTF-8"));
        }
        try {
            patch.say(setting, setting.field(), value);
            return Optional.empty();
        } catch (WrongSetting wrong) {
            List<String> others = query.values().entrySet().stream()
                    .filter(other -> Setting.of(other.getKey()).isEmpty())
                    .map(Map.Entry::getValue)
                    .toList();
            return Optional.of(warning(setting, shown(wrong.value(), others), wrong.allowed()));
        }
    }

    private static String warning(Setting setting, String value, String allowed) {
        return String.format(
                Locale.ROOT,
                "the publisher's query has %s='%s', which is not valid: the stream takes this setting from elsewhere;"
                        + " allowed is %s",
                setting.field(),
                value,
                allowed);
    }

    /**
     * Enough of the value for its writer to find the mistake, and nothing that could be a credential: it ends before a word of letters and
     * digits, and of a long word it has the beginning.
     */
    private static String shown(String value, Collection<String> others) {
        if (others.stream().anyMatch(other -> isPartOf(other, value) || isPartOf(value, other))) {
            return "…";
        }
        Matcher begin = BEFORE_ANOTHER_PARAMETER.matcher(value);
        String line = begin.lookingAt() ? begin.group() : "";
        int end = Math.min(LONGEST_SHOWN, line.length());
        Matcher word = WORD.matcher(line);
        while (word.find() && word.start() < end) {
            if (!HARMLESS.matcher(word.group()).matches()) {
                boolean isLong = LETTERS.matcher(word.group()).matches();
                end = Math.min(end, word.start() + (isLong ? 4 : 0));
            }
        }
        return end == value.length() ? value : value.substring(0, end) + "…";
    }

    private static boolean isPartOf(String part, String whole) {
        return part.length() > 2 && whole.contains(part);
    }
}
