package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Brings the tracks of a burst into one order. A server that sends seconds at once, such as a relay of HLS segments or a cached group of pictures,
 * may send all pictures first and their sound a moment later. Everything behind counts in the stream's own time, and would take the sound
 * for one that has stopped.
 *
 * <p>So pictures that are further ahead of the sound than {@link #AHEAD_NS} wait for it, counted by arrivals: {@link #PATIENCE_NS} at most.
 * Pictures that are still ahead then pass until the sound has caught up, because it has stopped or is always late. Sound that is ahead does not
 * wait: no picture is lost for coming late.
 */
final class BurstOrder {
    static final long AHEAD_NS = 350_000_000L;
    static final long PATIENCE_NS = 250_000_000L;

    private static final int MOST_HELD = 2000;
    private static final long MOST_HELD_BYTES = 32L * 1024 * 1024;

    private final Deque<Frame> held = new ArrayDeque<>();
    private boolean begun;
    private boolean passing;
    /** Newest time of the sound. Before its first frame, the time at which the picture began. */
    private long soundNs;

    private long heldBytes;
    private long heldSinceNs;

    /** Takes a frame and returns what can go on. */
    List<Frame> accept(Frame frame) {
        if (!begun) {
            begun = true;
            soundNs = frame.dtsNs();
        }
        if (frame.track() == Track.AUDIO) {
            soundNs = Math.max(soundNs, frame.dtsNs());
            if (held.isEmpty()) {
                return List.of(frame);
            }
            List<Frame> out = new ArrayList<>();
            out.add(frame);
            release(frame.arrivalNs(), out);
            return out;
        }
        boolean ahead = frame.dtsNs() - soundNs > AHEAD_NS;
        passing &= ahead;
        if (held.isEmpty() && (!ahead || passing)) {
            return List.of(frame);
        }
        if (held.isEmpty()) {
            heldSinceNs = frame.arrivalNs();
        }
        held.add(frame);
        heldBytes += frame.size();
        List<Frame> out = new ArrayList<>();
        release(frame.arrivalNs(), out);
        return out;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** What follows has another count, or nothing follows. Returns what was held. */
    List<Frame> reset() {
        List<Frame> rest = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        begun = false;
        passing = false;
        return rest;
    }

    private void release(long nowNs, List<Frame> out) {
        boolean over = nowNs - heldSinceNs >= PATIENCE_NS || held.size() > MOST_HELD || heldBytes > MOST_HELD_BYTES;
        passing |= over;
        while (!held.isEmpty() && (over || held.peek().dtsNs() - soundNs <= AHEAD_NS)) {
            Frame next = held.remove();
            heldBytes -= next.size();
            out.add(next);
        }
    }
}
