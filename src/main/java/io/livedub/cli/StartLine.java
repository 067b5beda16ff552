package io.livedub.cli;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.observe.StreamLog;

import static java.util.stream.Collectors.joining;

/** The first line of a log: what runs here, with which settings, and where it listens. */
final class StartLine {
    private final String what;
    private final Map<String, String> settings = new LinkedHashMap<>();

    /** @param what the command */
    StartLine(String what) {
        this.what = what;
    }

    StartLine with(String name, Object value) {
        settings.put(name, String.valueOf(value));
        return this;
    }

    void to(StreamLog log) {
        StringBuilder message = new StringBuilder(version()).append(": ").append(what);
        Object[] fields = new Object[2 + 2 * settings.size()];
        fields[0] = "version";
        fields[1] = version().replaceFirst("^stream-worker ", "");
        int at = 2;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            message.append(at == 2 ? "; " : ", ")
                    .append(setting.getKey())
                    .append(": ")
                    .append(setting.getValue());
            fields[at++] = setting.getKey();
            fields[at++] = setting.getValue();
        }
        log.info(message.toString(), fields);
    }

    private static String version() {
        try {
            return Version.text();
        } catch (IOException unreadable) {
            return "stream-worker";
        }
    }

    static String mode(WorkerConfig config) {
        StreamSettings settings = config.streamSettings();
        if (!settings.isDubbed()) {
            return settings.passthrough() ? "passthrough" : "original sound";
        }
        return "dubbing " + settings.sourceLanguage() + " to "
                + settings.targets().stream().map(Target::language).collect(joining(", ")) + " by "
                + config.sts().serviceUrl().map(URI::toString).orElse("nothing");
    }

    static String httpDoor() {
        return door("quarkus.http");
    }

    static String metricsDoor() {
        return door("quarkus.management");
    }

    /** From Quarkus' properties: it writes the port there that it was given when any free one was asked for. */
    private static String door(String server) {
        return System.getProperty(server + ".host", "0.0.0.0") + ":" + System.getProperty(server + ".port", "?");
    }
}
