package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Tells a source that started counting anew from one that merely paused, lost a frame or stamped one wrongly. A frame that does
 * not fit is held until the frames behind it say what it was, so a single wrong stamp costs one frame and no restart.
 */
final class JumpDetector {
    static final long FORWARD_NS = 3_000_000_000L;
    /** Less than this backwards within a track is disorder, which is put right frame by frame. */
    static final long BACKWARD_NS = 500_000_000L;
    /** A pause of both tracks up to here stays on the same count; what is longer is cheaper to join anew than to fill. */
    static final long LONGEST_PAUSE_NS = 30_000_000_000L;
    /** The other track said nothing meanwhile: it need not be waited for. */
    private static final long ALONE_NS = 1_000_000_000L;
    /** The other track went on as before: only this one changed. */
    private static final long ONE_TRACK_NS = 2_000_000_000L;

    private static final int MOST_SUSPECTS = 500;

    /** @param jump whether the source's count begins anew with this frame */
    record Checked(Frame frame, boolean jump) {}

    private final long[] last = new long[2];
    private final long[] lastArrival = new long[2];
    private final boolean[] seen = new boolean[2];
    private final long[] correction = new long[2];
    private final List<Frame> suspects = new ArrayList<>();
    private boolean otherGoesOn;
    private long jumps;
    private long strays;
    private long shifts;

    List<Checked> accept(Frame raw) {
        Frame frame = raw.shift(correction[raw.track().ordinal()]);
        if (fits(frame)) {
            settle(frame.track());
            note(frame);
            return List.of(new Checked(frame, false));
        }
        suspects.add(frame);
        Frame first = suspects.get(0);
        long waited = frame.arrivalNs() - first.arrivalNs();
        boolean bothTracks = suspects.stream().anyMatch(f -> f.track() != frame.track() && near(f, frame));
        boolean full = suspects.size() >= MOST_SUSPECTS;
        if (bothTracks || full || (waited > ALONE_NS && !otherGoesOn)) {
            return jump();
        }
        return waited > ONE_TRACK_NS ? shift(frame) : List.of();
    }

    /** The connection is gone: whatever comes next is unrelated. Frames that were held are dropped. */
    void reset() {
        strays += suspects.size();
        forget();
    }

    long jumps() {
        return jumps;
    }

    /** Frames dropped because their time fitted nothing. */
    long strays() {
        return strays;
    }

    /** Times that one track alone changed its count and was put back beside the other. */
    long shifts() {
        return shifts;
    }

    private boolean fits(Frame frame) {
        int own = frame.track().ordinal();
        int other = 1 - own;
        if (!seen[own] && !seen[other]) {
            return true;
        }
        if (seen[own] && frame.dtsNs() < last[own] - BACKWARD_NS) {
            return false;
        }
        int head = seen[own] && (!seen[other] || last[own] > last[other]) ? own : other;
        long ahead = frame.dtsNs() - last[head];
        long waited = Math.max(0, frame.arrivalNs() - lastArrival[head]);
        return ahead <= FORWARD_NS || (ahead <= LONGEST_PAUSE_NS && ahead <= waited + FORWARD_NS);
    }

    private static boolean near(Frame a, Frame b) {
        return Math.abs(a.dtsNs() - b.dtsNs()) <= FORWARD_NS;
    }

    private void settle(Track track) {
        if (suspects.isEmpty()) {
            return;
        }
        int before = suspects.size();
        suspects.removeIf(f -> f.track() == track);
        strays += before - suspects.size();
        otherGoesOn = !suspects.isEmpty();
    }

    private List<Checked> jump() {
        jumps++;
        List<Frame> held = List.copyOf(suspects);
        forget();
        List<Checked> result = new ArrayList<>(held.size());
        for (Frame frame : held) {
            note(frame);
            result.add(new Checked(frame, result.isEmpty()));
        }
        return result;
    }

    private List<Checked> shift(Frame newest) {
        shifts++;
        int track = newest.track().ordinal();
        Frame first = suspects.get(0);
        long expected = last[track] + Math.max(0, first.arrivalNs() - lastArrival[track]);
        long delta = expected - first.dtsNs();
        correction[track] += delta;
        List<Checked> result = new ArrayList<>(suspects.size());
        for (Frame frame : suspects) {
            Frame moved = frame.shift(delta);
            note(moved);
            result.add(new Checked(moved, false));
        }
        suspects.clear();
        otherGoesOn = false;
        return result;
    }

    private void note(Frame frame) {
        int track = frame.track().ordinal();
        last[track] = seen[track] ? Math.max(last[track], frame.dtsNs()) : frame.dtsNs();
        lastArrival[track] = frame.arrivalNs();
        seen[track] = true;
    }

    private void forget() {
        suspects.clear();
        otherGoesOn = false;
        for (int track = 0; track < 2; track++) {
            seen[track] = false;
            correction[track] = 0;
        }
    }
}
