package io.livedub.timeline;

import io.livedub.media.Frame;

/**
 * Drops pictures that come under stamps that stand still, faster than they can be shown. Each takes a millisecond at least, so that ten minutes in
 * one burst would hold up the picture for 18 s. After such a burst the picture goes on with a keyframe.
 */
final class PictureFlood {
    /** How far pictures without a place of their own may lie ahead of their arrival. */
    static final long MOST_AHEAD_NS = 3_000_000_000L;

    private boolean flooded;
    private long dropped;

    /**
     * @param moved whether its stamp's place was taken, and it would be put behind the picture before
     * @param aheadNs by how much that place lies ahead of its arrival
     */
    boolean drops(Frame frame, boolean moved, long aheadNs) {
        boolean tooMuch = moved && aheadNs > MOST_AHEAD_NS;
        flooded = tooMuch || flooded && !frame.keyframe();
        dropped += flooded ? 1 : 0;
        return flooded;
    }

    long dropped() {
        return dropped;
    }
}
