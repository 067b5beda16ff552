package io.livedub.config;

import java.util.Optional;

/** {@code LOG_*}. A part of {@link Settings}. */
public interface LogVariables {
    @Variable(
            fallback = VariableDefaults.LOG_LEVEL,
            allowed = "ERROR, WARN, INFO, DEBUG or TRACE",
            meaning = "least severe level that is logged")
    Optional<String> level();

    @Variable(fallback = "json (text on a terminal)", allowed = "json or text", meaning = "form of a log line")
    Optional<String> format();
}
