package io.livedub.media.flv;

/**
 * Tells a composition offset that an encoder can mean from one that it cannot. A picture is shown at most 16 pictures after it is decoded
 * (ITU-T H.264, A.3.1: the largest decoded picture buffer), and the distance of pictures is known from their stamps.
 *
 * <p>An offset that cannot be is read again as one that lost its sign: some servers write a negative one that way. When that does not help,
 * the picture gets the offset of the last good one. Dropping the picture was rejected: others may refer to it.
 */
final class CompositionOffsets {
    /** Pictures of a decoded picture buffer. */
    private static final int MOST_REORDERED = 16;
    /** Taken for the distance of pictures until it is known, and its bounds: 60 and 1 pictures a second. */
    private static final long USUAL_MS = 40;

    private static final long LEAST_MS = 16;
    private static final long MOST_MS = 1_000;
    /** Offsets below this are believed whatever the distance of pictures seems to be: its stamps may be wrong as well. */
    private static final long ALWAYS_MS = 1_000;

    private static final int SIGN_23 = 0x40_0000;
    private static final int WITHOUT_SIGN_24 = 0x80_0000;

    private long lastStampMs = Long.MIN_VALUE;
    private long distanceMs = USUAL_MS;
    private int lastGood;

    /** @return the offset to use, ms */
    int apply(long stampMs, int offsetMs) {
        long step = lastStampMs == Long.MIN_VALUE ? 0 : stampMs - lastStampMs;
        lastStampMs = stampMs;
        if (step >= LEAST_MS && step <= MOST_MS) {
            // Slowly, so that one wrong stamp widens nothing.
            distanceMs += (step - distanceMs) / 8;
        }
        if (possible(offsetMs)) {
            lastGood = offsetMs;
            return offsetMs;
        }
        int signed = (offsetMs & SIGN_23) != 0 ? offsetMs - WITHOUT_SIGN_24 : offsetMs;
        return possible(signed) ? signed : lastGood;
    }

    private boolean possible(int offsetMs) {
        return Math.abs(offsetMs) <= Math.max(ALWAYS_MS, MOST_REORDERED * distanceMs);
    }
}
