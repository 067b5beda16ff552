package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** {@code WORKER_*} of languages, and of where else a stream's settings come from. A part of {@link Settings}. */
public interface LanguageVariables {
    @Variable(
            fallback = VariableDefaults.SOURCE_LANGUAGE,
            allowed = "a language tag such as en or pt-BR",
            meaning = "language spoken in the source")
    @WithName("source-language")
    Optional<String> sourceLanguage();

    @Variable(
            fallback = VariableDefaults.TARGET_LANGUAGE,
            allowed = "a list such as es,fr:anna,original",
            meaning = "languages to dub into, each once, with a voice behind a colon; `original` is the source's own"
                    + " sound at the latency of the dubs")
    @WithName("target-language")
    Optional<String> targetLanguage();

    @Variable(
            fallback = VariableDefaults.VOICE_PROFILE,
            allowed = "1…64 printable characters",
            meaning = "voice that STS uses for a language that names none")
    @WithName("voice-profile")
    Optional<String> voiceProfile();

    @Variable(
            fallback = VariableDefaults.MAX_LANGUAGES,
            allowed = VariableRanges.MAX_LANGUAGES,
            meaning = "most languages of one stream")
    @WithName("max-languages")
    Optional<String> maxLanguages();

    @Variable(
            allowed = "a file in YAML, see docs/languages.md",
            meaning = "settings of streams by their ids, for `serve`; read at the start, when it changes and on SIGHUP")
    @WithName("streams-file")
    Optional<String> streamsFile();

    @Variable(
            fallback = VariableDefaults.QUERY_SETTINGS,
            allowed = "on or off",
            meaning = "whether a publisher may choose settings in the query of its URL, such as `?targets=es,fr`")
    @WithName("query-settings")
    Optional<String> querySettings();

    @Variable(
            fallback = VariableDefaults.PUBLIC_PLAYLISTS,
            allowed = "on or off",
            meaning = "whether `/v1/streams/{id}/master.m3u8` is answered without WORKER_HOOK_SECRET")
    @WithName("public-playlists")
    Optional<String> publicPlaylists();
}
