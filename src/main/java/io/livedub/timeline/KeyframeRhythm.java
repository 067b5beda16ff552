package io.livedub.timeline;

import io.livedub.media.Frame;

/**
 * Tells from the keyframes of a source when the next one is due. A viewer whom the media server sends away with a publication comes back a
 * moment later and begins with the next keyframe, so a publication should end shortly in front of one. Not thread-safe.
 */
public final class KeyframeRhythm {
    /** As long as a viewer takes to come back to a new publication. The gap that he sees is no longer than 1 s. */
    static final long VIEWERS_BACK_NS = 800_000_000L;

    private static final long UNKNOWN = -1;

    private long keyframeNs = UNKNOWN;
    private long distanceNs = UNKNOWN;
    private long pictureNs;
    private boolean keyframe;

    /** The next picture, in decode order. */
    public void picture(Frame frame) {
        pictureNs = frame.arrivalNs();
        keyframe = frame.keyframe();
        if (keyframe) {
            distanceNs = keyframeNs == UNKNOWN ? UNKNOWN : pictureNs - keyframeNs;
            keyframeNs = pictureNs;
        }
    }

    /** Whether the last picture lies shortly in front of a keyframe, or is one while nothing is known of their distance. */
    public boolean isKeyframeNear() {
        return distanceNs == UNKNOWN ? keyframe : pictureNs - keyframeNs >= distanceNs - VIEWERS_BACK_NS;
    }
}
