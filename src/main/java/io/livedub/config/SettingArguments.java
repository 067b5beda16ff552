package io.livedub.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A stream's settings as arguments of {@code run}, for a process or a Job of its own. */
public final class SettingArguments {
    private SettingArguments() {}

    /**
     * Only what differs from the environment, which the stream's process has as well. Each is one word, {@code --name=value}: a value that
     * begins with a hyphen would be taken for an option.
     */
    public static List<String> of(StreamSettings settings, StreamSettings environment) {
        List<String> arguments = new ArrayList<>();
        add(arguments, "--source-language", settings, environment, StreamSettings::sourceLanguage);
        add(arguments, "--target-language", settings, environment, each -> SettingValues.text(each.targets()));
        add(arguments, "--sts-mode", settings, environment, each -> each.passthrough() ? "passthrough" : "enabled");
        add(
                arguments,
                "--segment-cut",
                settings,
                environment,
                each -> each.dub().cutAtPauses() ? "pause" : "fixed");
        add(arguments, "--bed", settings, environment, each -> each.dub()
                .sound()
                .bed()
                .name()
                .toLowerCase(Locale.ROOT));
        add(
                arguments,
                "--bed-db",
                settings,
                environment,
                each -> Integer.toString(each.dub().sound().bedDb()));
        add(
                arguments,
                "--loudness",
                settings,
                environment,
                each -> each.dub().sound().matchLoudness() ? "match" : "off");
        return arguments;
    }

    private static void add(
            List<String> arguments,
            String option,
            StreamSettings settings,
            StreamSettings environment,
            Function<StreamSettings, String> value) {
        String text = value.apply(settings);
        if (!text.equals(value.apply(environment))) {
            arguments.add(option + "=" + text);
        }
    }
}
