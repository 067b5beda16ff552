package io.livedub.config;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import static java.util.stream.Collectors.joining;

/** Settings as one line of text, {@code targets=es%2Cfr&bed=duck}, for the line between {@code serve} and a stream that runs elsewhere. */
public final class SettingsText {
    /** Who wrote it has checked its values against the rules of its own configuration. */
    private static final SettingRules ANY = new SettingRules(64, true, true);

    /** Far more than all settings take; longer ones are not read. */
    private static final int LONGEST = 16 << 10;

    private SettingsText() {}

    public static String of(StreamSettings settings) {
        return of(settings.asPatch());
    }

    /** What is not said is left out. */
    static String of(SettingsPatch patch) {
        Map<Setting, String> said = new EnumMap<>(Setting.class);
        patch.sourceLanguage().ifPresent(tag -> said.put(Setting.SOURCE_LANGUAGE, tag));
        patch.targets().ifPresent(targets -> said.put(Setting.TARGETS, SettingValues.text(targets)));
        patch.passthrough().ifPresent(value -> said.put(Setting.MODE, key(SettingValues.MODES, value)));
        patch.cutAtPauses().ifPresent(value -> said.put(Setting.CUT, key(SettingValues.CUTS, value)));
        patch.bed().ifPresent(bed -> said.put(Setting.BED, bed.name().toLowerCase(Locale.ROOT)));
        patch.bedDb().ifPresent(db -> said.put(Setting.BED_DB, Integer.toString(db)));
        patch.matchLoudness().ifPresent(value -> said.put(Setting.LOUDNESS, key(SettingValues.LOUDNESSES, value)));
        patch.backup().ifPresent(value -> said.put(Setting.BACKUP, key(SettingValues.ON_OFF, value)));
        return said.entrySet().stream()
                .map(each -> each.getKey().field() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(joining("&"));
    }

    private static String key(Map<String, Boolean> names, boolean value) {
        return names.entrySet().stream()
                .filter(each -> each.getValue() == value)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** What cannot be read is not said. */
    static SettingsPatch patch(String text) {
        SettingsPatch.Builder patch = new SettingsPatch.Builder(ANY);
        if (text.length() > LONGEST) {
            return patch.build();
        }
        for (String each : text.split("&")) {
            int equals = each.indexOf('=');
            Setting.of(equals < 0 ? "" : each.substring(0, equals))
                    .ifPresent(setting -> say(patch, setting, each.substring(equals + 1)));
        }
        return patch.build();
    }

    private static void say(SettingsPatch.Builder patch, Setting setting, String value) {
        try {
            patch.say(setting, setting.field(), URLDecoder.decode(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | ConfigurationException unusable) {
            // The one who wrote it is of another version: the setting is as if it had not been said.
            return;
        }
    }

    /** @param otherwise where the text says nothing */
    public static StreamSettings read(String text, StreamSettings otherwise) {
        return patch(text).over(otherwise);
    }

    /** What API and query say of a stream; what the streams file says is read again by whoever reads this. */
    public static String of(SettingSources sources) {
        return of(sources.api()) + " " + of(sources.query());
    }

    /** The sources as they were written, with nothing of a streams file. */
    public static SettingSources sources(String text) {
        int blank = text.indexOf(' ');
        return blank < 0
                ? SettingSources.NONE
                : SettingSources.NONE
                        .withApi(patch(text.substring(0, blank)))
                        .withQuery(patch(text.substring(blank + 1)));
    }
}
