package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** {@code WORKER_*} of what keeps a stream on air while its source is away. A part of {@link Settings}. */
public interface ContinuityVariables {
    @Variable(
            fallback = VariableDefaults.BACKUP,
            allowed = "on or off",
            meaning = "whether `{app}/{id}/in-backup` is read as well, and aired while `{app}/{id}/in` gives nothing")
    @WithName("backup")
    Optional<String> backup();

    @Variable(
            fallback = VariableDefaults.SLATE,
            allowed = "off, hold or an MP4 file",
            meaning = "what is shown, until the grace time of a lost source is over, when nothing of it is left to air:"
                    + " `hold` repeats the last keyframe each second with silence, a file is played in rounds"
                    + " ([slate](slate.md))")
    @WithName("slate")
    Optional<String> slate();

    @Variable(
            fallback = VariableDefaults.TAKE_OVER,
            allowed = "on or off",
            meaning =
                    "whether streams that another process of the same segment folder has on air are taken over without a gap;"
                            + " also `--take-over`")
    @WithName("take-over")
    Optional<String> takeOver();
}
