package io.livedub.timeline;

import io.livedub.media.Frame;

/**
 * What a loss of the source interrupts, so that a connection that goes on with the very next frame can go on with it.
 *
 * @param zero the keyframe that the stretch began with; null: none had begun
 * @param decided whether it was known which clocks the tracks count by
 * @param correctionNs by how much the sound was moved beside the picture
 */
record InterruptedStretch(Frame zero, boolean decided, long correctionNs) {
    static InterruptedStretch of(Frame zero, TrackAlignment alignment) {
        return new InterruptedStretch(zero, alignment.isDecided(), alignment.correctionNs());
    }

    /** @return the keyframe that the stretch began with */
    Frame goOn(TrackAlignment alignment) {
        if (decided) {
            alignment.resume(correctionNs);
        }
        return zero;
    }
}
