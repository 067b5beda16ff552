package io.livedub.timeline;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Places pictures by their arrival where an encoder's clock stands still: it stamps every picture alike, or counts whole seconds. Without it
 * such pictures lie 1 ms behind each other, and the sound, which is counted in samples, is ever further behind them.
 *
 * <p>A clock stands when it counts less than an eighth of the time that passes. That is believed after {@link #BELIEVED_NS}: several slices or
 * pictures under one stamp are usual, and a network that pauses is no clock that stands. Sound needs none of this, see {@link SharedStamps}.
 */
final class StandingStamps {
    static final long BELIEVED_NS = 250_000_000L;
    /** The share of the time that a standing clock counts at most. */
    private static final int MOST_SHARE = 8;
    /** How much of a pause between two arrivals counts: four pictures a second and more show a clock that stands. */
    private static final long MOST_GAP_NS = 60_000_000L;

    private boolean begun;
    private long firstStampNs;
    private long firstArrivalNs;
    private long lastArrivalNs;
    private long passedNs;
    private boolean standing;
    private long replaced;

    Frame apply(Frame frame) {
        if (frame.track() != Track.VIDEO) {
            return frame;
        }
        long gapNs = Math.max(0, frame.arrivalNs() - lastArrivalNs);
        long countedNs = frame.dtsNs() - firstStampNs;
        lastArrivalNs = frame.arrivalNs();
        passedNs += Math.min(MOST_GAP_NS, gapNs);
        if (!begun || countedNs < 0 || countedNs > passedNs / MOST_SHARE) {
            begun = true;
            firstStampNs = frame.dtsNs();
            firstArrivalNs = frame.arrivalNs();
            passedNs = 0;
            return frame;
        }
        // Once it has stood, it stands again: a clock that counts whole seconds does so each second.
        standing |= passedNs > BELIEVED_NS;
        if (!standing) {
            return frame;
        }
        replaced++;
        return frame.shift(firstStampNs - frame.dtsNs() + frame.arrivalNs() - firstArrivalNs);
    }

    /** Pictures that were placed by their arrival. */
    long replaced() {
        return replaced;
    }
}
