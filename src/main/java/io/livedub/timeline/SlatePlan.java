package io.livedub.timeline;

import java.util.Optional;

import io.livedub.media.SlateClip;

/**
 * What a stream shows while it has nothing to air.
 *
 * @param clip empty: the last keyframe, again and again
 */
public record SlatePlan(Optional<SlateClip> clip) {}
