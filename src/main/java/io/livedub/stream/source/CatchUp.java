package io.livedub.stream.source;

import java.util.Optional;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Shows pictures that viewers have no time for any more faster than they were made. Pictures that have aired already are needed to decode those behind
 * them; shown at their own pace they would make the stream late by as much for good. So they are moved together, {@value #FASTER} times faster at the
 * beginning, up to a time from which on frames have their own times again. The sound of that time is left out. Pure.
 */
final class CatchUp {
    /** 60 pictures a second get 2 ms each, which FLV's milliseconds still part. */
    private static final double FASTER = 8;
    /**
     * Over this time the pictures come back to their own pace. MediaMTX computes decoding times anew from the order of B-frames, as if their
     * pictures were evenly spaced, and closes its readers when these times go back: at once would be too sudden.
     */
    private static final double EASING_NS = 250e6;
    /** From the 40th on nothing changes by as much as a microsecond. */
    private static final int STEPS = 60;
    /** No encoder sends sound and picture of one clock so far apart; see the alignment of tracks on the timeline. */
    private static final long ONE_CLOCK_NS = 2_500_000_000L;

    private final long liveNs;
    private final long stampNs;

    /**
     * @param liveNs arrival from which on frames keep their times
     * @param stampNs stamp minus arrival
     */
    CatchUp(long liveNs, long stampNs) {
        this.liveNs = liveNs;
        this.stampNs = stampNs;
    }

    /**
     * How long frames are moved, counted from the first picture, so that it is shown behind what has aired and nothing is late in the end.
     *
     * @param earlyNs by which the first picture is older than the end of what has aired
     */
    static long durationNs(long earlyNs) {
        double catchingUp = earlyNs;
        for (int i = 0; i < STEPS; i++) {
            catchingUp = earlyNs / (1 - 1 / FASTER) + EASING_NS * (1 - Math.exp(-catchingUp / EASING_NS));
        }
        return Math.round(catchingUp);
    }

    /** @return the frame with the times at which it is shown; empty for sound that is left out */
    Optional<Frame> apply(Frame frame) {
        if (frame.track() == Track.AUDIO) {
            return heardAt(frame) >= liveNs ? Optional.of(frame) : Optional.empty();
        }
        return Optional.of(new Frame(
                frame.format(),
                faster(frame.ptsNs(), liveNs + stampNs),
                faster(frame.dtsNs(), liveNs + stampNs),
                frame.keyframe(),
                faster(frame.arrivalNs(), liveNs),
                frame.bytes()));
    }

    /** Whether a picture, and so all that follow it, has its own time again. */
    boolean isOver(Frame picture) {
        return picture.dtsNs() >= liveNs + stampNs;
    }

    /** By its stamp, which is surer than its arrival as long as both tracks count by one clock. */
    private long heardAt(Frame sound) {
        long byStamp = sound.ptsNs() - stampNs;
        return Math.abs(byStamp - sound.arrivalNs()) < ONE_CLOCK_NS ? byStamp : sound.arrivalNs();
    }

    private static long faster(long timeNs, long liveNs) {
        return timeNs >= liveNs ? timeNs : liveNs - shown(liveNs - timeNs);
    }

    /** How long pictures of so much time before the live ones are shown. */
    private static long shown(double beforeNs) {
        return Math.round(beforeNs / FASTER + (1 - 1 / FASTER) * EASING_NS * (1 - Math.exp(-beforeNs / EASING_NS)));
    }
}
