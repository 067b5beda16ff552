package io.livedub.timeline;

/** The offset of one language's sound from the stream's timeline to the clock. It follows the pictures' offset in whole frames. */
final class SoundSlew {
    /** At a good place a frame is put in or left out from here on; above a half, or the next joint would undo it. */
    static final double GOOD_PLACE = 0.6;
    /** Anywhere: sound and picture never part by a whole frame. */
    private static final double ANYWHERE = 0.9;

    enum SlewStep {
        NONE,
        INSERT,
        DROP
    }

    private final Slew pictures;
    private long offset;
    private long inserted;
    private long dropped;

    /** @param offsetNs that of the pictures where the sound begins */
    SoundSlew(Slew pictures, long offsetNs) {
        this.pictures = pictures;
        this.offset = offsetNs;
    }

    long at(long timelineNs) {
        return timelineNs + offset;
    }

    /** Lets everything that follows air later by this time. */
    void postpone(long byNs) {
        offset += byNs;
    }

    /** Takes the step that the sound needs before a frame of this duration, and returns it. */
    SlewStep step(long frameNs, boolean goodPlace) {
        double behind = (double) -errorNs() / frameNs;
        double limit = goodPlace ? GOOD_PLACE : ANYWHERE;
        if (behind >= limit) {
            offset += frameNs;
            inserted++;
            return SlewStep.INSERT;
        }
        if (behind <= -limit) {
            offset -= frameNs;
            dropped++;
            return SlewStep.DROP;
        }
        return SlewStep.NONE;
    }

    long offset() {
        return offset;
    }

    /** Sound minus picture; early is negative. */
    long errorNs() {
        return offset - pictures.offset();
    }

    long inserted() {
        return inserted;
    }

    long dropped() {
        return dropped;
    }
}
