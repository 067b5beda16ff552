package io.livedub.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import io.smallrye.config.WithName;

/**
 * What keeps a stream on air while its source is away, and what a viewer notices of a change. A variable of this group is a row of
 * {@link ContinuityVariables}, a component here and its reading in {@link #of}.
 *
 * @param backup whether a stream has a backup source when nobody says otherwise
 * @param slate whether a slate is shown while nothing of the source is left to air
 * @param slateFile the film that is shown; empty: the last keyframe, again and again
 * @param keyframeLimit the log warns of keyframes that are further apart; zero: it never does
 * @param takeOver whether this process takes over streams that another process has on air, instead of refusing them
 */
public record ContinuityConfig(
        boolean backup, boolean slate, Optional<Path> slateFile, Duration keyframeLimit, boolean takeOver) {
    private static final String KEYFRAME_LIMIT = "10s";
    private static final String KEYFRAME_LIMITS = "0 (no warning), or 1 s…10 min, written 10, 10s or 10000ms";
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** The {@code WORKER_*} of this group. A part of {@link Settings}. */
    public interface ContinuityVariables {
        @Variable(
                fallback = VariableDefaults.BACKUP,
                allowed = "on or off",
                meaning =
                        "whether `{app}/{id}/in-backup` is read as well, and aired while `{app}/{id}/in` gives nothing")
        @WithName("backup")
        Optional<String> backup();

        @Variable(
                fallback = VariableDefaults.SLATE,
                allowed = "off, hold or an MP4 file",
                meaning =
                        "what viewers see when a source is lost and all of it has aired, until WORKER_SOURCE_GRACE_MS is"
                                + " over: `hold` repeats the last keyframe each second with silence, a file is played in"
                                + " rounds ([slate](slate.md))")
        @WithName("slate")
        Optional<String> slate();

        @Variable(
                fallback = KEYFRAME_LIMIT,
                allowed = KEYFRAME_LIMITS,
                meaning =
                        "the log warns of a source whose keyframes are further apart than this: a viewer waits for the"
                                + " next keyframe to see the first picture, and again after a change of source")
        @WithName("keyframe-limit")
        Optional<String> keyframeLimit();

        @Variable(
                fallback = VariableDefaults.TAKE_OVER,
                allowed = "on or off",
                meaning = "whether streams that another process of the same segment folder has on air are taken over"
                        + " without a gap ([continuity](continuity.md)); also `--take-over`")
        @WithName("take-over")
        Optional<String> takeOver();
    }

    static ContinuityConfig of(ContinuityVariables variables) {
        String slate = variables.slate().map(String::strip).orElse(VariableDefaults.SLATE);
        boolean word = slate.equalsIgnoreCase("off") || slate.equalsIgnoreCase("hold");
        return new ContinuityConfig(
                SettingValues.backup(
                        "WORKER_BACKUP",
                        Values.word(variables.backup(), VariableDefaults.BACKUP, SettingValues.ON_OFF)),
                !slate.equalsIgnoreCase("off"),
                word ? Optional.empty() : Optional.of(Values.path("WORKER_SLATE", slate, "off, hold or an MP4 file")),
                keyframeLimit(variables.keyframeLimit().orElse(KEYFRAME_LIMIT)),
                Values.choice(
                        "WORKER_TAKE_OVER",
                        variables.takeOver(),
                        VariableDefaults.TAKE_OVER,
                        SettingValues.ON_OFF,
                        "on or off"));
    }

    private static Duration keyframeLimit(String text) {
        Duration limit = Values.duration(
                "WORKER_KEYFRAME_LIMIT", text, "s", Duration.ZERO, Duration.ofMinutes(10), KEYFRAME_LIMITS);
        if (!limit.isZero() && limit.compareTo(SHORTEST) < 0) {
            throw ConfigurationException.of("WORKER_KEYFRAME_LIMIT", text, KEYFRAME_LIMITS);
        }
        return limit;
    }
}
