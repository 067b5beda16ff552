package io.livedub.stream.source;

import java.time.Duration;
import java.util.Locale;

/**
 * Decides which of two sources is on air (contract: continuity). The first one is, as long as it gives frames. When the source on air has given
 * nothing for {@link #SILENCE} the other one takes over, if it gives frames; the first one comes back to air after {@link #HEALTHY} without a
 * pause of that length. Both ways a source begins with a keyframe.
 * <p>At the very beginning nothing is on air yet, and the first source has to connect and to wait for its next keyframe. It has
 * {@link #BEGINNING} for that, unless a try at it fails before: a stream that began with its backup would have to change 10 s later.
 *
 * <p>Pure: times are passed in, all of one clock. Not thread-safe.
 */
final class SourceChoice {
    static final Duration SILENCE = Duration.ofMillis(1500);
    static final Duration HEALTHY = Duration.ofSeconds(10);
    /** As long as a source on air may be silent before its connection counts as lost (contract: mediamtx, "How a source begins and ends"). */
    static final Duration BEGINNING = Duration.ofSeconds(5);

    /** One of the two sources. */
    enum Which {
        FIRST,
        BACKUP;

        Which other() {
            return this == FIRST ? BACKUP : FIRST;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final boolean[] given = new boolean[2];
    private final long[] lastNs;
    private final long[] healthySinceNs = new long[2];
    private Which onAir;
    /** Nothing has aired, and no try at the source that is to be on air has failed. */
    private boolean beginning = true;

    /** @param nowNs when the sources are opened */
    SourceChoice(long nowNs) {
        this(nowNs, false);
    }

    /** @param backup whether another process has had the backup on air, which goes on now */
    SourceChoice(long nowNs, boolean backup) {
        onAir = backup ? Which.BACKUP : Which.FIRST;
        lastNs = new long[] {nowNs, nowNs};
    }

    Which onAir() {
        return onAir;
    }

    /**
     * A frame has come.
     *
     * @param keyframe whether the frame is a video keyframe
     * @param keyframeHeld whether everything since a keyframe of this source, this frame included, is at hand; not looked at for the one on air
     * @return whether this source is on air from now on and was not before
     */
    boolean arrived(Which from, boolean keyframe, boolean keyframeHeld, long nowNs) {
        int own = from.ordinal();
        if (!isGiving(from, nowNs)) {
            healthySinceNs[own] = nowNs;
        }
        given[own] = true;
        lastNs[own] = nowNs;
        if (from == onAir) {
            beginning = false;
            return false;
        }
        boolean needed = nowNs - lastNs[onAir.ordinal()] >= (beginning ? BEGINNING : SILENCE).toNanos();
        boolean healthy = from == Which.FIRST && nowNs - healthySinceNs[own] >= HEALTHY.toNanos();
        if (needed && keyframeHeld || healthy && keyframe) {
            onAir = from;
            beginning = false;
            return true;
        }
        return false;
    }

    /** The connection is gone: the next frame is the first of another one, which has to prove its health anew. */
    void lost(Which which) {
        given[which.ordinal()] = false;
        failed(which);
    }

    /** A try at it found no source: what is waited for at the beginning is not about to come. */
    void failed(Which which) {
        beginning &= which != onAir;
    }

    /** Whether its last frame came less than {@link #SILENCE} ago, on a connection that still holds. */
    boolean isGiving(Which which, long nowNs) {
        return given[which.ordinal()] && nowNs - lastNs[which.ordinal()] < SILENCE.toNanos();
    }

    /** When its last frame came, or when the sources were opened. */
    long lastNs(Which which) {
        return lastNs[which.ordinal()];
    }
}
