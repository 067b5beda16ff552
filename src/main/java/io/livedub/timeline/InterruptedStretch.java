package io.livedub.timeline;

import io.livedub.media.Frame;

/**
 * A stretch as it stood when the source was lost. When the next connection begins with the very next frame, the stretch goes on from here.
 *
 * @param zero the keyframe that the stretch began with; null: none had begun
 * @param decided whether it was known which clocks the tracks count by
 * @param correctionNs by how much the sound was moved to lie beside the picture, ns
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
