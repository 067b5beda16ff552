package io.livedub.config;

/**
 * What this worker allows any source of settings to say.
 *
 * @param maxLanguages most languages of one stream
 * @param service whether there is an STS service; without one no source may ask for a dub
 * @param passthrough whether the environment dubs nothing, so that languages without a service are only names
 */
public record SettingRules(int maxLanguages, boolean service, boolean passthrough) {}
