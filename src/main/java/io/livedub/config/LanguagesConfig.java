package io.livedub.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Languages, and where else a stream's settings come from.
 *
 * @param targets languages of a stream without targets of its own
 * @param max most languages of one stream
 * @param streamsFile what {@code serve} reads of streams; only the form of its name is checked here: a stream's own process has the same
 *     environment, and need not have the file
 * @param querySettings whether a publisher's query is read
 * @param publicPlaylists whether playlists are answered without the secret
 */
public record LanguagesConfig(
        List<Target> targets, int max, Optional<Path> streamsFile, boolean querySettings, boolean publicPlaylists) {
    private static final Map<String, Boolean> ON_OFF = Map.of("on", true, "off", false);

    static LanguagesConfig of(LanguageVariables variables) {
        int max = Values.integer(
                "WORKER_MAX_LANGUAGES",
                variables.maxLanguages(),
                VariableDefaults.MAX_LANGUAGES,
                VariableRanges.MAX_LANGUAGES);
        return new LanguagesConfig(
                SettingValues.targets(
                        "WORKER_TARGET_LANGUAGE",
                        variables.targetLanguage().map(String::strip).orElse(VariableDefaults.TARGET_LANGUAGE),
                        new SettingRules(max, true, false)),
                max,
                variables.streamsFile().map(file -> Values.path("WORKER_STREAMS_FILE", file, "a file")),
                Values.choice(
                        "WORKER_QUERY_SETTINGS",
                        variables.querySettings(),
                        VariableDefaults.QUERY_SETTINGS,
                        ON_OFF,
                        "on or off"),
                Values.choice(
                        "WORKER_PUBLIC_PLAYLISTS",
                        variables.publicPlaylists(),
                        VariableDefaults.PUBLIC_PLAYLISTS,
                        ON_OFF,
                        "on or off"));
    }

    /** The first language that STS makes, for who needs only one; that of the original when there is no other. */
    String firstDubbed() {
        return targets.stream()
                .filter(target -> !target.isOriginal())
                .findFirst()
                .orElse(targets.get(0))
                .language();
    }
}
