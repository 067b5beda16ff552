package io.livedub.timeline;

/**
 * The distance from the stream's timeline to the clock, which follows its target by a small share of the time that passes. The pictures
 * take it as it is; each sound follows it in whole frames, see {@link SoundSlew}.
 */
final class Slew {
    /** The offset changes by a hundredth of the time that passes, at most. */
    static final long ONE_PERCENT = 100;

    private long target;
    private long offset;
    private long position;

    void start(long offsetNs, long positionNs) {
        target = offsetNs;
        offset = offsetNs;
        position = positionNs;
    }

    void target(long offsetNs) {
        target = offsetNs;
    }

    /** Where the offset is to go. */
    long target() {
        return target;
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

    /** Sets the offset at once, for pieces that all wait behind this position: nothing of them is on air, so no viewer sees a jump. */
    void postpone(long offsetNs, long positionNs) {
        start(offsetNs, positionNs);
    }

    long videoAt(long timelineNs) {
        return timelineNs + expected(timelineNs, target);
    }

    /** Up to here the stream has aired. */
    long position() {
        return position;
    }

    long offset() {
        return offset;
    }
}
