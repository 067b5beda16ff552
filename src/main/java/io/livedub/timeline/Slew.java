package io.livedub.timeline;

/**
 * The distance from the stream's timeline to the clock, which follows its target by a small share of the time that passes. The
 * pictures take it as it is; the audio can only take it in whole frames.
 */
final class Slew {
    /** The offset changes by a hundredth of the time that passes, at most. */
    static final long ONE_PERCENT = 100;

    /** At a good place a frame is put in or left out from here on; above a half, or the next joint would undo it. */
    private static final double GOOD_PLACE = 0.6;
    /** Anywhere: sound and picture never part by a whole frame. */
    private static final double ANYWHERE = 0.9;

    enum Step {
        NONE,
        INSERT,
        DROP
    }

    private long target;
    private long offset;
    private long audioOffset;
    private long position;
    private long inserted;
    private long dropped;

    void start(long offsetNs, long positionNs) {
        target = offsetNs;
        offset = offsetNs;
        audioOffset = offsetNs;
        position = positionNs;
    }

    void target(long offsetNs) {
        target = offsetNs;
    }

    /** The stream has aired up to here. */
    void advance(long toNs) {
        if (toNs > position) {
            offset = expected(toNs, target);
            position = toNs;
        }
    }

    /** The offset that will be reached at a later place. */
    long expected(long atNs, long targetNs) {
        long allowed = Math.max(0, atNs - position) / ONE_PERCENT;
        return offset + Math.max(-allowed, Math.min(allowed, targetNs - offset));
    }

    /** Both tracks wait; nothing of either is on air, so this is no jump. */
    void postpone(long byNs, long positionNs) {
        audioOffset += byNs;
        offset = audioOffset;
        position = positionNs;
    }

    long videoAt(long timelineNs) {
        return timelineNs + expected(timelineNs, target);
    }

    long audioAt(long timelineNs) {
        return timelineNs + audioOffset;
    }

    /** What the audio has to do before a frame of this duration, and does it. */
    Step audioStep(long frameNs, boolean goodPlace) {
        double behind = (double) (offset - audioOffset) / frameNs;
        double limit = goodPlace ? GOOD_PLACE : ANYWHERE;
        if (behind >= limit) {
            audioOffset += frameNs;
            inserted++;
            return Step.INSERT;
        }
        if (behind <= -limit) {
            audioOffset -= frameNs;
            dropped++;
            return Step.DROP;
        }
        return Step.NONE;
    }

    long offset() {
        return offset;
    }

    long audioError() {
        return audioOffset - offset;
    }

    long inserted() {
        return inserted;
    }

    long dropped() {
        return dropped;
    }
}
