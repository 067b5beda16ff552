package io.livedub.timeline;

import io.livedub.media.AudioFormat;

/**
 * Places AAC frames end to end by their sample count, and leans the count towards the source's stamps: those are rounded to
 * 1 ms (and jitter more with some encoders), but the count alone would walk away from a source whose sound card runs 200 ppm off.
 */
final class AudioGrid {
    /** Share of the error that is taken over with each frame: rounding vanishes, 200 ppm lags by 0.3 ms. */
    private static final double GAIN = 1.0 / 64;

    private static final double MOST_SLEW = 0.01;
    private static final double JITTER_DECAY = 0.98;

    private AudioFormat format;
    private double frameNs;
    private double nextNs;
    private double jitterNs;
    private boolean placed;
    private boolean anything;
    private boolean lastWasSilence;

    void format(AudioFormat newFormat) {
        format = newFormat;
        frameNs = newFormat.samplesPerFrame() * 1e9 / newFormat.sampleRateHz();
    }

    /**
     * From here on frames of another format. An encoder that changes its settings begins anew, so the grid lies where its first frame says: joined to the old one
     * instead, sound would be off by what is between them, up to a frame, and come back within seconds only. Frames that are placed already are never changed.
     */
    void change(AudioFormat newFormat, long firstNs) {
        format(newFormat);
        anchor(Math.max(endNs(), firstNs), 0);
    }

    /** The next frame is the first of a stretch that begins here; its own time says where the grid lies. */
    void restart(long fromNs) {
        nextNs = anything ? Math.max(nextNs, (double) fromNs) : (double) fromNs;
        placed = false;
    }

    /** Behind what another process has placed; the next frame's own time says where the grid lies. */
    void resume(AudioFormat itsFormat, long endNs) {
        format(itsFormat);
        nextNs = endNs;
        anything = true;
        placed = false;
    }

    AudioFormat format() {
        return format;
    }

    long frameNs() {
        return Math.round(frameNs);
    }

    /** End of what was placed. */
    long endNs() {
        return Math.round(nextNs);
    }

    boolean placed() {
        return placed;
    }

    /** Whether a frame of this time lies where something was placed already. */
    boolean overlaps(long timeNs) {
        // In front of the very first frame there is nothing to overlap: whatever ends behind the zero is heard.
        double limit = placed ? threshold() : anything ? frameNs / 2 : frameNs;
        return timeNs - nextNs < -limit;
    }

    /** The same for a frame of another format. The tolerance is smaller here: by as much as it lets pass, the sound of the new format stays late. */
    boolean overlaps(long timeNs, AudioFormat itsFormat) {
        return timeNs - nextNs < -itsFormat.frameDurationNs() / 2.0;
    }

    /** Whether the last frame was a made, silent one, or none was placed yet: real sound for its place may still come. */
    boolean behindSilence() {
        return lastWasSilence || !placed;
    }

    /** Goes on at a later time and leaves the hole before it empty: a hole of any length would take frames without bound. */
    void skipTo(long timeNs) {
        if (timeNs > nextNs) {
            nextNs = timeNs;
        }
    }

    /** How many whole frames there is room for in front of a frame of this time. */
    int whole(long timeNs) {
        return (int) Math.max(0, (timeNs - nextNs) / frameNs);
    }

    /** How many frames are missing in front of a frame of this time. */
    int missing(long timeNs) {
        double gap = timeNs - nextNs;
        if (!placed) {
            return whole(timeNs);
        }
        return gap > threshold() ? (int) Math.round(gap / frameNs) : 0;
    }

    /** Lays the grid of a stretch whose first frame, behind {@code missing} others, has this time. */
    void anchor(long timeNs, int missing) {
        nextNs = timeNs - missing * frameNs;
        // Unknown yet, so the benefit of the doubt: the first frame may have been the one that was off.
        jitterNs = frameNs / 2;
        placed = true;
    }

    /** Takes the place for a real frame and returns its beginning; the stretch is anchored. */
    long place(long timeNs) {
        double error = timeNs - nextNs;
        jitterNs = Math.max(Math.abs(error), jitterNs * JITTER_DECAY);
        anything = true;
        lastWasSilence = false;
        long at = Math.round(nextNs);
        double most = frameNs * MOST_SLEW;
        nextNs += frameNs + Math.max(-most, Math.min(most, error * GAIN));
        return at;
    }

    /** Takes the place for a made frame and returns its beginning. */
    long placeSilence() {
        placed = true;
        anything = true;
        lastWasSilence = true;
        long at = Math.round(nextNs);
        nextNs += frameNs;
        return at;
    }

    // One frame lost is a hole with a source that stamps evenly. With one that jitters by half a frame it may be
    // nothing, and filling would cost a real frame when the stamps swing back; so there a hole begins at a frame
    // and a half.
    private double threshold() {
        return Math.max(0.75 * frameNs, Math.min(1.5 * frameNs, 3 * jitterNs));
    }
}
