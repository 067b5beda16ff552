package io.livedub.playlist;

import java.time.Instant;

/**
 * The one timeline of a stream's renditions. Media time counts from the beginning of a publication. When a stream begins anew, its media time
 * goes back: an epoch ends, and every rendition has a discontinuity there. The epochs have one number in all renditions, because a player
 * joins picture and sound by it.
 *
 * <p>A publication of one language that is lost and made anew keeps its media time. It gets no discontinuity: a player would wait for the
 * picture's, which never comes.
 */
final class Timeline {
    private static final long BACK_NS = 1_000_000_000L;

    private int epoch = -1;
    private Instant zero = Instant.EPOCH;

    /** Where a segment lies. */
    record PlayingPlace(int epoch, Instant time) {}

    /**
     * @param before epoch of the rendition's last segment; −1 when it has none
     * @param beforeEndNs media time at which that one ended
     * @param anotherRun the server's muxer is another one than before
     */
    synchronized PlayingPlace place(
            int before, long beforeEndNs, boolean anotherRun, long startNs, long durationNs, Instant now) {
        int here = before < 0 ? Math.max(0, epoch) : before;
        if (before >= 0 && anotherRun) {
            here = startNs < beforeEndNs - BACK_NS ? Math.max(before + 1, epoch) : Math.max(before, epoch);
        }
        if (here > epoch) {
            epoch = here;
            zero = now.minusNanos(startNs + durationNs);
        }
        return new PlayingPlace(here, zero.plusNanos(startNs));
    }
}
