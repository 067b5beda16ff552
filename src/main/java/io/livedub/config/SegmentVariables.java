package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** Segments, their files, and when they air. A part of {@link Settings}. */
public interface SegmentVariables {
    @Variable(
            fallback = VariableDefaults.SEGMENT_DURATION,
            allowed = "1…30 s, written 6, 6s or 6000ms",
            meaning = "length of a segment")
    @WithName("segment-duration")
    Optional<String> duration();

    @Variable(
            allowed = VariableRanges.OLDER_SEGMENT_MS,
            meaning = "older name of WORKER_SEGMENT_DURATION, read when that one is not set; a warning says so")
    @WithName("fragment-target-dur")
    Optional<String> fragmentTargetDur();

    @Variable(fallback = "{system temp}/segments", allowed = "a folder", meaning = "where segments are written")
    @WithName("segment-dir")
    Optional<String> dir();

    @Variable(
            fallback = VariableDefaults.SEGMENT_RETENTION,
            allowed = "0 (keep all) or a duration such as 90s, 30m, 1h, 2d",
            meaning = "segment files that are older are deleted")
    @WithName("segment-retention")
    Optional<String> retention();

    @Variable(
            fallback = VariableDefaults.SEGMENT_MIN_FREE,
            allowed = "a size such as 0, 500MiB, 1GiB",
            meaning = "free disk below this: oldest segments are deleted first, with a warning")
    @WithName("segment-min-free")
    Optional<String> minFree();

    @Variable(
            fallback = VariableDefaults.AV_OFFSET_NS,
            allowed = VariableRanges.AV_OFFSET_NS,
            meaning =
                    "how long after a segment is complete it airs, in nanoseconds (6000000000 is 6 s): the time that STS"
                            + " has; `auto` follows the measured round trip")
    @WithName("av-offset-ns")
    Optional<String> avOffsetNs();

    @Variable(
            fallback = VariableDefaults.SPOOL,
            allowed = "on or off",
            meaning = "what has arrived and not aired is kept in `{WORKER_SEGMENT_DIR}/{stream_id}/.spool`: a process"
                    + " that is started after a crash goes on with it ([spool](spool.md))")
    @WithName("spool")
    Optional<String> spool();

    @Variable(
            fallback = VariableDefaults.RESUME_MAX_AGE,
            allowed = "0…1 h, written 60, 60s or 60000ms",
            meaning = "a spool whose last record is older is left alone, and the stream begins anew")
    @WithName("resume-max-age")
    Optional<String> resumeMaxAge();
}
