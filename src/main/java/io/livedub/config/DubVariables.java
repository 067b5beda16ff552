package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** How a dub sounds. A part of {@link Settings}. */
public interface DubVariables {
    @Variable(
            fallback = VariableDefaults.DUB_BED,
            allowed = "off, duck, constant or stem",
            meaning = "what is heard under the dub: nothing, the original turned down while the dub speaks, the"
                    + " original turned down throughout, or the background that STS sends")
    @WithName("dub-bed")
    Optional<String> bed();

    @Variable(
            fallback = VariableDefaults.DUB_BED_DB,
            allowed = "-40…0 (dB)",
            meaning = "level of the original under the dub, for `duck` and `constant`")
    @WithName("dub-bed-db")
    Optional<String> bedDb();

    @Variable(
            fallback = VariableDefaults.DUB_LOUDNESS,
            allowed = "off or match",
            meaning = "`match`: the dub is brought to the loudness of the original speech of the last minute, by at"
                    + " most 12 dB")
    @WithName("dub-loudness")
    Optional<String> loudness();

    @Variable(
            fallback = VariableDefaults.SEGMENT_CUT,
            allowed = "fixed or pause",
            meaning = "`pause`: a segment ends at the quietest place of its last third, so that fewer words are cut")
    @WithName("segment-cut")
    Optional<String> cut();
}
