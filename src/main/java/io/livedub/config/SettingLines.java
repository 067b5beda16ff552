package io.livedub.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What sources have said of a stream's settings, as lines of text: for a process that goes on with the stream. */
public final class SettingLines {
    private static final String HEAD = "settings 1";
    private static final String API = "api";
    private static final String QUERY = "query";

    private SettingLines() {}

    /** What the API and the query have said; the streams file and the environment are there for the next process too. */
    public static String of(SettingSources sources) {
        List<String> lines = new ArrayList<>(List.of(HEAD));
        add(lines, API, sources.api());
        add(lines, QUERY, sources.query());
        return String.join("\n", lines) + "\n";
    }

    private static void add(List<String> lines, String source, SettingsPatch said) {
        add(lines, source, Setting.SOURCE_LANGUAGE, said.sourceLanguage());
        add(lines, source, Setting.TARGETS, said.targets().map(SettingValues::text));
        add(lines, source, Setting.MODE, said.passthrough().map(yes -> yes ? "passthrough" : "enabled"));
        add(lines, source, Setting.CUT, said.cutAtPauses().map(yes -> yes ? "pause" : "fixed"));
        add(lines, source, Setting.BED, said.bed().map(bed -> bed.name().toLowerCase(Locale.ROOT)));
        add(lines, source, Setting.BED_DB, said.bedDb().map(db -> Integer.toString(db)));
        add(lines, source, Setting.LOUDNESS, said.matchLoudness().map(yes -> yes ? "match" : "off"));
        add(lines, source, Setting.BACKUP, said.backup().map(yes -> yes ? "on" : "off"));
    }

    private static void add(List<String> lines, String source, Setting setting, Optional<String> value) {
        value.ifPresent(text -> lines.add(source + " " + setting.field() + " " + text));
    }

    /**
     * Reads it again. Whatever this worker does not allow any more, or never wrote, is left out: the stream is to go on.
     *
     * @param rules of this worker, which may have other limits than the one before
     */
    public static SettingSources read(String text, SettingRules rules) {
        List<String> lines = Arrays.asList(text.split("\n", -1));
        if (!lines.get(0).equals(HEAD)) {
            return SettingSources.NONE;
        }
        SettingsPatch.Builder api = new SettingsPatch.Builder(rules);
        SettingsPatch.Builder query = new SettingsPatch.Builder(rules);
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", 3);
            Optional<Setting> setting = words.length == 3 ? Setting.of(words[1]) : Optional.empty();
            if (setting.isPresent() && (words[0].equals(API) || words[0].equals(QUERY))) {
                say(words[0].equals(API) ? api : query, setting.get(), words[2]);
            }
        }
        return new SettingSources(api.build(), query.build(), SettingsPatch.NOTHING);
    }

    private static void say(SettingsPatch.Builder patch, Setting setting, String value) {
        try {
            patch.say(setting, setting.field(), value);
        } catch (ConfigurationException notAllowed) {
            // Builder.say has left the setting unsaid.
            return;
        }
    }
}
