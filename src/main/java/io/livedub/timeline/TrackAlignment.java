package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Puts sound and picture beside each other when they count by different clocks: some cameras stamp pictures from power-on and sound from 0. What
 * belongs together arrives together, so the sound is moved by the difference of arrival and stamp, each taken from the track's soonest frames.
 *
 * <p>A server that sends its cached GOP at once makes old pictures arrive beside new sound. So a distance counts only when it is still there after
 * {@link #PATIENCE_NS}; both tracks are held meanwhile. Below {@link #ONE_CLOCK_NS} the stamps are believed: encoders interleave that loosely.
 *
 * <p>Not thread-safe; the figures may be read from anywhere.
 */
final class TrackAlignment {
    /** No encoder sends one track so far behind the other. */
    static final long ONE_CLOCK_NS = 2_500_000_000L;
    /** A cached GOP arrives within this time on any network that can carry the stream. */
    static final long PATIENCE_NS = 1_200_000_000L;

    private static final long WINDOW_NS = 5_000_000_000L;
    /** Two quartz clocks part by at most 0.2 ms a second; a correction of 1 ms a second follows, and is not heard. */
    private static final long MOST_STEP_NS = 5_000_000L;
    /** Network jitter of the soonest frame of a window; less is not followed. */
    private static final long IGNORED_NS = 40_000_000L;
    /** What was decided is doubted when the tracks lie further than this from it: no pair of quartz clocks parts so far in a window. */
    private static final long DOUBTFUL_NS = 1_000_000_000L;

    private static final int DOUBTFUL_WINDOWS = 2;

    private static final int MOST_HELD = 2000;
    private static final long MOST_HELD_BYTES = 32L * 1024 * 1024;

    private final Deque<Frame> held = new ArrayDeque<>();
    private final Soonest[] soonest = {new Soonest(), new Soonest()};
    private boolean decided;
    private boolean waiting;
    private long waitingSinceNs;
    private long heldBytes;
    private long dropped;
    private long windowEndNs;
    private int doubtful;
    private volatile long correctionNs;
    private volatile long distanceNs;
    private volatile boolean known;

    /** Takes a frame and returns what can go on, in the order of arrival. */
    List<Frame> accept(Frame frame) {
        soonest[frame.track().ordinal()].observe(frame);
        measure(frame.arrivalNs());
        if (decided) {
            return List.of(aligned(frame));
        }
        if (!waiting && frame.track() == Track.VIDEO && held.isEmpty() && !soonest[Track.AUDIO.ordinal()].any) {
            // The picture's clock is the one that counts: it need not wait for sound that may not come.
            return List.of(frame);
        }
        hold(frame);
        return bothSeen() ? decide(frame.arrivalNs()) : List.of();
    }

    /** Another process has decided it. */
    void resume(long knownCorrectionNs) {
        decided = true;
        correctionNs = knownCorrectionNs;
    }

    /** Whether it is known which clocks the tracks count by, so that nothing is held. */
    boolean isDecided() {
        return decided;
    }

    /**
     * The source's count begins anew: nothing that was learnt of its clocks holds any more. Returns what was held, but nothing of two tracks whose
     * clocks have not been told apart: one would be placed days beside the other.
     */
    List<Frame> reset() {
        if (waiting && !decided) {
            dropped += held.size();
            held.clear();
        }
        List<Frame> rest = release();
        decided = false;
        waiting = false;
        doubtful = 0;
        correctionNs = 0;
        known = false;
        for (Soonest track : soonest) {
            track.forget();
        }
        return rest;
    }

    /** By how much the sound is moved, ns; 0 while both tracks count by one clock. */
    long correctionNs() {
        return correctionNs;
    }

    /** The source's own distance of the tracks: stamp of the sound minus stamp of the picture that arrives with it, ns. */
    long distanceNs() {
        return distanceNs;
    }

    /** Whether both tracks have been seen, so that {@link #distanceNs} says something. */
    boolean known() {
        return known;
    }

    /** Frames that were held too long without the other track, or until the connection was over. */
    long dropped() {
        return dropped;
    }

    private boolean bothSeen() {
        return soonest[0].any && soonest[1].any;
    }

    private List<Frame> decide(long nowNs) {
        long apartNs = soonest[Track.AUDIO.ordinal()].leastNs() - soonest[Track.VIDEO.ordinal()].leastNs();
        if (Math.abs(apartNs) <= ONE_CLOCK_NS) {
            decided = true;
            return release();
        }
        if (!waiting) {
            waiting = true;
            waitingSinceNs = nowNs;
        }
        boolean full = held.size() >= MOST_HELD || heldBytes >= MOST_HELD_BYTES;
        if (nowNs - waitingSinceNs < PATIENCE_NS && !full) {
            return List.of();
        }
        decided = true;
        correctionNs = apartNs;
        return release();
    }

    private void hold(Frame frame) {
        held.add(frame);
        heldBytes += frame.size();
        while (!bothSeen() && (held.size() > MOST_HELD || heldBytes > MOST_HELD_BYTES)) {
            heldBytes -= held.remove().size();
            dropped++;
        }
    }

    private List<Frame> release() {
        List<Frame> out = new ArrayList<>(held.size());
        held.forEach(frame -> out.add(aligned(frame)));
        held.clear();
        heldBytes = 0;
        return out;
    }

    private Frame aligned(Frame frame) {
        return frame.track() == Track.AUDIO ? frame.shift(correctionNs) : frame;
    }

    private void measure(long nowNs) {
        if (!bothSeen()) {
            return;
        }
        if (!known) {
            windowEndNs = nowNs + WINDOW_NS;
            known = true;
        } else if (nowNs - windowEndNs < 0) {
            if (!decided) {
                distanceNs = soonest[1 - Track.AUDIO.ordinal()].leastNs() - soonest[Track.AUDIO.ordinal()].leastNs();
            }
            return;
        }
        windowEndNs = nowNs + WINDOW_NS;
        long apartNs = soonest[Track.AUDIO.ordinal()].leastNs() - soonest[Track.VIDEO.ordinal()].leastNs();
        distanceNs = -apartNs;
        if (decided && correctionNs != 0) {
            correct(apartNs);
        }
        soonest[0].turn();
        soonest[1].turn();
    }

    /**
     * Follows two clocks that part. Tracks that come in turns, seconds at a time, can look like two clocks at the start, when one of them comes
     * late. Their stamps are believed again once the tracks have come together as their stamps say for two windows.
     */
    private void correct(long apartNs) {
        long errorNs = apartNs - correctionNs;
        boolean bothCame = soonest[0].came() && soonest[1].came();
        if (bothCame && Math.abs(errorNs) > DOUBTFUL_NS && Math.abs(apartNs) <= ONE_CLOCK_NS) {
            doubtful++;
        } else {
            doubtful = 0;
        }
        if (doubtful >= DOUBTFUL_WINDOWS) {
            doubtful = 0;
            correctionNs = 0;
        } else if (Math.abs(errorNs) > IGNORED_NS) {
            correctionNs += Math.max(-MOST_STEP_NS, Math.min(MOST_STEP_NS, errorNs));
        }
    }

    /** The least of arrival minus stamp over the last one to two windows. */
    private static final class Soonest {
        private boolean any;
        private long beforeNs = Long.MAX_VALUE;
        private long nowNs = Long.MAX_VALUE;

        void observe(Frame frame) {
            any = true;
            nowNs = Math.min(nowNs, frame.arrivalNs() - frame.dtsNs());
        }

        /** Whether a frame came in this window. */
        boolean came() {
            return nowNs != Long.MAX_VALUE;
        }

        long leastNs() {
            return Math.min(beforeNs, nowNs);
        }

        void turn() {
            // A track that paused for a window keeps what was known of it.
            if (nowNs != Long.MAX_VALUE) {
                beforeNs = nowNs;
                nowNs = Long.MAX_VALUE;
            }
        }

        void forget() {
            any = false;
            beforeNs = Long.MAX_VALUE;
            nowNs = Long.MAX_VALUE;
        }
    }
}
