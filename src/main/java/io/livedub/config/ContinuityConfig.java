package io.livedub.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What keeps a stream on air while its source is away.
 *
 * @param backup whether streams of which nothing else is said have a backup source
 * @param slate whether something is shown while nothing of the source is left to air
 * @param slateFile the film that is shown; empty: the last keyframe, again and again
 * @param takeOver whether streams that another process has on air are taken over, in place of being refused
 */
public record ContinuityConfig(boolean backup, boolean slate, Optional<Path> slateFile, boolean takeOver) {
    static ContinuityConfig of(ContinuityVariables variables) {
        String slate = variables.slate().map(String::strip).orElse(VariableDefaults.SLATE);
        boolean word = slate.equalsIgnoreCase("off") || slate.equalsIgnoreCase("hold");
        return new ContinuityConfig(
                Values.choice(
                        "WORKER_BACKUP",
                        variables.backup(),
                        VariableDefaults.BACKUP,
                        SettingValues.ON_OFF,
                        "on or off"),
                !slate.equalsIgnoreCase("off"),
                word ? Optional.empty() : Optional.of(Values.path("WORKER_SLATE", slate, "off, hold or an MP4 file")),
                Values.choice(
                        "WORKER_TAKE_OVER",
                        variables.takeOver(),
                        VariableDefaults.TAKE_OVER,
                        SettingValues.ON_OFF,
                        "on or off"));
    }
}
