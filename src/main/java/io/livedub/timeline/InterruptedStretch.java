package io.livedub.timeline;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * A stretch as it stood when the source was lost. When the next connection begins with the very next frame, the stretch goes on from here.
 *
 * @param zero the keyframe that the stretch began with; null: none had begun
 * @param decided whether it was known which clocks the tracks count by
 * @param correctionNs by how much the sound was moved to lie beside the picture, ns
 * @param jumps by how much each track was moved because its clock had jumped
 */
record InterruptedStretch(Frame zero, boolean decided, long correctionNs, long[] jumps) {
    static InterruptedStretch of(Frame zero, TrackAlignment alignment, JumpDetector detector) {
        return new InterruptedStretch(zero, alignment.isDecided(), alignment.correctionNs(), detector.corrections());
    }

    /** By how much the sound was moved beside the picture in all. */
    long soundMovedNs() {
        return correctionNs + jumps[Track.AUDIO.ordinal()] - jumps[Track.VIDEO.ordinal()];
    }

    /** @return the keyframe that the stretch began with */
    Frame goOn(TrackAlignment alignment, JumpDetector detector) {
        detector.goOn(jumps);
        if (decided) {
            alignment.resume(correctionNs);
        }
        return zero;
    }
}
