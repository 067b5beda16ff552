package io.livedub.kubernetes;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/** Which Kubernetes the API server is of; 0 and 0 when that is not known. */
record ClusterVersion(int major, int minor) {
    static final ClusterVersion UNKNOWN = new ClusterVersion(0, 0);

    /** Clusters of some providers say {@code 35+}. */
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})\\+?");

    /** From this version on rules for the restart of a container are there without a feature gate (KEP-5307). */
    private static final int RESTART_RULES_MINOR = 35;

    /** @param told the answer to {@code /version} */
    static ClusterVersion of(JsonNode told) {
        Matcher major = NUMBER.matcher(told.path("major").asText());
        Matcher minor = NUMBER.matcher(told.path("minor").asText());
        return major.matches() && minor.matches()
                ? new ClusterVersion(Integer.parseInt(major.group(1)), Integer.parseInt(minor.group(1)))
                : UNKNOWN;
    }

    boolean isKnown() {
        return major > 0;
    }

    boolean restartsContainers() {
        return major > 1 || major == 1 && minor >= RESTART_RULES_MINOR;
    }
}
