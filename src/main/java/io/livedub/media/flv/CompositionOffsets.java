package io.livedub.media.flv;

/**
 * Tells a composition offset that an encoder can mean from one that it cannot. A decoded picture buffer holds 16 pictures (ITU-T H.264, A.3.1), and
 * the distance of pictures is known from their stamps; a picture is rarely shown later than that. It is where pictures come only when something
 * changes, as on a screen: the first ones behind a pause have the decoding times of pictures before it, and offsets as long as the pause.
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

    /** Positive ones below this are believed in any case: a screen may stand so long, and encoders of one picture a second hold several back. */
    private static final long ALWAYS_LATER_MS = 10_000;

    private static final int SIGN_23 = 0x40_0000;
    private static final int WITHOUT_SIGN_24 = 0x80_0000;

    private long lastStampMs = Long.MIN_VALUE;
    private long distanceMs = USUAL_MS;
    private int lastGood;
    private long lastUsualStampMs;
    private long lastUsualArrivalMs = Long.MAX_VALUE;

    /** @return the offset to use, ms */
    int apply(long stampMs, int offsetMs, long arrivalMs) {
        long step = lastStampMs == Long.MIN_VALUE ? 0 : stampMs - lastStampMs;
        lastStampMs = stampMs;
        if (step >= LEAST_MS && step <= MOST_MS) {
            // Slowly, so that one wrong stamp widens nothing.
            distanceMs += (step - distanceMs) / 8;
        }
        if (isUsual(offsetMs)) {
            lastGood = offsetMs;
            lastUsualStampMs = stampMs;
            lastUsualArrivalMs = arrivalMs;
            return offsetMs;
        }
        if (offsetMs > 0 && offsetMs <= latest(stampMs, arrivalMs)) {
            return offsetMs;
        }
        int signed = (offsetMs & SIGN_23) != 0 ? offsetMs - WITHOUT_SIGN_24 : offsetMs;
        return isUsual(signed) ? signed : lastGood;
    }

    /** The largest offset of a picture behind a pause: as much later as it has come than its stamp says, counted from a picture before the pause. */
    private long latest(long stampMs, long arrivalMs) {
        boolean known = lastUsualArrivalMs != Long.MAX_VALUE;
        long heldUpMs = known ? arrivalMs - lastUsualArrivalMs - (stampMs - lastUsualStampMs) : 0;
        return Math.max(ALWAYS_LATER_MS, heldUpMs + ALWAYS_MS);
    }

    private boolean isUsual(int offsetMs) {
        return Math.abs(offsetMs) <= Math.max(ALWAYS_MS, MOST_REORDERED * distanceMs);
    }
}
