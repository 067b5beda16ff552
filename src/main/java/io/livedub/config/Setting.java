package io.livedub.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import static java.util.stream.Collectors.joining;

/** The settings of a stream, by their names in requests, queries and files (contract: languages). */
public enum Setting {
    SOURCE_LANGUAGE,
    TARGETS,
    MODE,
    CUT,
    BED,
    BED_DB,
    LOUDNESS,
    BACKUP;

    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Setting> of(String field) {
        return Arrays.stream(values())
                .filter(setting -> setting.field().equals(field))
                .findFirst();
    }

    /** For messages. */
    static String fields() {
        return Arrays.stream(values()).map(Setting::field).collect(joining(", "));
    }
}
