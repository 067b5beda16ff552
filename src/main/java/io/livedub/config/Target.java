package io.livedub.config;

import java.util.Locale;
import java.util.Optional;

/**
 * A language in which a stream is heard.
 *
 * @param language a tag such as {@code es} or {@code pt-BR}, or {@link #ORIGINAL}
 * @param voiceProfile voice that STS uses; empty: the configuration's
 */
public record Target(String language, Optional<String> voiceProfile) {
    /** Last part of the path where a stream's first language is published. */
    public static final String OUT = "out";

    /** With it begins the last part of the path of each other one. */
    public static final String BESIDE_OUT = OUT + "-";

    /** The source's sound, at the dubs' latency: a language like the others, but for STS. */
    public static final String ORIGINAL = "original";

    public static Target of(String language) {
        return new Target(language, Optional.empty());
    }

    public boolean isOriginal() {
        return key().equals(ORIGINAL);
    }

    /** The tag in lower case. It distinguishes languages, and names them in paths, labels and URLs. */
    public String key() {
        return language.toLowerCase(Locale.ROOT);
    }

    /**
     * The last part of the path at which a language is published.
     *
     * @param key of the language
     * @param atOut key of the language that is published without its tag
     */
    public static String pathOf(String key, String atOut) {
        return key.equals(atOut) ? OUT : BESIDE_OUT + key;
    }
}
