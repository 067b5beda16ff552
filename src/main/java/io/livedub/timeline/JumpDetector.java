package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Tells a source that started counting anew from one that merely paused, lost a frame or stamped some wrongly. A frame that does not fit is
 * held until the frames behind it say what it was. Frames that were stamped wrongly are put between their neighbours: dropping them
 * was rejected, because pictures refer to each other. Stamps that lead nowhere at all are replaced by the arrival.
 */
final class JumpDetector {
    static final long FORWARD_NS = 3_000_000_000L;
    /** Less than this backwards within a track is disorder, which is put right frame by frame. */
    static final long BACKWARD_NS = 500_000_000L;
    /** A pause of both tracks up to here stays on the same count; what is longer is cheaper to join anew than to fill. */
    static final long LONGEST_PAUSE_NS = 30_000_000_000L;
    /** After so long without a frame of the other track, the decision no longer waits for it. */
    private static final long ALONE_NS = 1_000_000_000L;
    /** After so long with the other track as before, only this one has changed. Less than {@link RelayTimeline#AUDIO_PATIENCE_NS}. */
    private static final long ONE_TRACK_NS = 350_000_000L;
    /** After so long in doubt, both tracks have changed: a few tags that were stamped wrongly are over by then. */
    private static final long BOTH_TRACKS_NS = 200_000_000L;
    /** How far a stamp may run ahead of its arrival: frames were lost on the way, or the source interleaves its tracks loosely. */
    private static final long AHEAD_NS = 1_000_000_000L;
    /** Frames that came without a pause go on where they were, with the pictures that they refer to. */
    private static final long NO_PAUSE_NS = 500_000_000L;

    /** Jitter of arrivals: by so much the stamps must lie better before a clock counts as having jumped back. */
    private static final long BACK_NS = 200_000_000L;

    /** @param jump whether the source's count begins anew with this frame */
    record Checked(Frame frame, boolean jump) {}

    private final TrackHistory[] history = {new TrackHistory(), new TrackHistory()};
    private long[] correction = new long[2];
    private final Suspects suspects = new Suspects();
    /** Frames of the other track that fitted since one of this was held. */
    private int otherWentOn;
    /** The tracks have come beside each other: one says where the other belongs. */
    private boolean met;

    private long replaced;
    private long jumps;
    private long strays;
    private long shifts;

    /** @param soundMovedNs by how much sound is put later, because it counts by another clock than the picture */
    List<Checked> accept(Frame raw, long soundMovedNs) {
        Frame frame = corrected(raw);
        TrackHistory other = history[1 - frame.track().ordinal()];
        boolean beside = other.seen() && Suspects.apartNs(frame, other.lastNs(), soundMovedNs) <= AHEAD_NS;
        if (beside && !met && history[frame.track().ordinal()].isFarFrom(frame)) {
            // What came of this track before is of another count, such as the last picture of another publisher.
            suspects.add(frame, other.lastNs());
            return jump();
        }
        met |= beside;
        if (fits(frame, beside) && (beside || !other.seen() || !suspects.goOnWith(frame))) {
            List<Checked> result = settle(frame);
            note(frame);
            result.add(new Checked(frame, false));
            return result;
        }
        suspects.add(frame, other.lastNs());
        long waited = suspects.waitedNs(frame.arrivalNs(), otherWentOn, other.lastNs());
        boolean both = suspects.holdBeside(frame, soundMovedNs);
        if (both && (suspects.full() || waited > BOTH_TRACKS_NS)) {
            return consistent() ? together() : byArrival();
        }
        if (otherWentOn == 0 && (suspects.full() || waited > ALONE_NS)) {
            return consistent() ? jump() : byArrival();
        }
        if (both || otherWentOn == 0 || waited <= ONE_TRACK_NS && !suspects.full()) {
            return List.of();
        }
        return consistent() ? shift(frame) : byArrival();
    }

    /** The connection is gone: whatever comes next is unrelated. Frames that were held are dropped. */
    void reset() {
        strays += suspects.size();
        Arrays.stream(history).forEach(TrackHistory::remember);
        forget();
    }

    /** By how much the tracks are moved: with it {@link #goOn} goes on behind {@link #reset}. */
    long[] corrections() {
        return correction.clone();
    }

    /** The next frame is the one behind the last before {@link #reset}, so its clocks are the same. */
    void goOn(long[] corrections) {
        correction = corrections.clone();
        Arrays.stream(history).forEach(TrackHistory::recall);
        met = Arrays.stream(history).allMatch(TrackHistory::seen);
    }

    long jumps() {
        return jumps;
    }

    /** Frames dropped because their time fitted nothing. */
    long strays() {
        return strays;
    }

    /** Frames whose stamp was replaced by one between their neighbours, or by their arrival. */
    long replaced() {
        return replaced;
    }

    /** Times that one track alone changed its count and was put back beside the other. */
    long shifts() {
        return shifts;
    }

    /** A track whose clock jumped is moved beside the other; when the clock jumps back, the move is over. */
    private Frame corrected(Frame raw) {
        int own = raw.track().ordinal();
        Frame frame = raw.shift(correction[own]);
        if (correction[own] == correction[1 - own] || !history[own].seen() || history[own].isNext(frame)) {
            return frame;
        }
        Frame back = raw.shift(correction[1 - own]);
        long expected = history[own].expectedNs(raw.arrivalNs());
        long isOffNs = Math.abs(frame.dtsNs() - expected);
        if (Math.abs(back.dtsNs() - expected) < Math.min(FORWARD_NS, isOffNs - BACK_NS)) {
            correction[own] = correction[1 - own];
            shifts++;
            return back;
        }
        return frame;
    }

    private boolean fits(Frame frame, boolean beside) {
        TrackHistory own = history[frame.track().ordinal()];
        if (!own.seen()) {
            return true;
        }
        long ahead = frame.dtsNs() - own.lastNs();
        if (ahead < -BACKWARD_NS) {
            return false;
        }
        long most = Math.max(AHEAD_NS, Math.min(FORWARD_NS, 2 * own.usualStepNs()));
        return ahead <= most
                || (ahead <= LONGEST_PAUSE_NS && ahead <= own.waitedNs(frame.arrivalNs()) + most)
                || beside;
    }

    /** A frame fits again: those of its track that did not were stamped wrongly, and lie evenly between the last good one and this. */
    private List<Checked> settle(Frame frame) {
        if (suspects.isEmpty()) {
            return new ArrayList<>(1);
        }
        List<Frame> wrong = suspects.take(frame.track());
        otherWentOn = suspects.isEmpty() ? 0 : otherWentOn + 1;
        TrackHistory own = history[frame.track().ordinal()];
        long roomNs = frame.dtsNs() - own.lastNs();
        if (wrong.isEmpty() || !own.seen() || roomNs < (wrong.size() + 1) * TrackHistory.STEP_NS) {
            strays += wrong.size();
            return new ArrayList<>(1);
        }
        replaced += wrong.size();
        List<Checked> result = new ArrayList<>(wrong.size() + 1);
        for (int i = 0; i < wrong.size(); i++) {
            result.add(new Checked(
                    Suspects.moved(wrong.get(i), own.lastNs() + roomNs * (i + 1) / (wrong.size() + 1)), false));
        }
        return result;
    }

    /**
     * Whether the newest frames of each track that is in doubt follow each other as frames do. Then frames in front of them that do not are put
     * before them by their arrival.
     */
    private boolean consistent() {
        if (!suspects.newestFollow()) {
            return false;
        }
        Frame[] behind = new Frame[2];
        for (int i = suspects.size() - 1; i >= 0; i--) {
            Frame frame = suspects.get(i);
            Frame next = behind[frame.track().ordinal()];
            if (next != null && !Suspects.follows(next.dtsNs() - frame.dtsNs())) {
                frame = Suspects.moved(
                        frame, next.dtsNs() - Math.min(FORWARD_NS, next.arrivalNs() - frame.arrivalNs()));
                suspects.set(i, frame);
                replaced++;
            }
            behind[frame.track().ordinal()] = frame;
        }
        return true;
    }

    /** The stamps lead nowhere: places the frames by their arrival, and judges the next frames anew. */
    private List<Checked> byArrival() {
        replaced += suspects.size();
        List<Checked> result = new ArrayList<>(suspects.size());
        for (Frame frame : suspects.all()) {
            TrackHistory head = head(frame);
            Frame placed = Suspects.moved(frame, head.seen() ? head.nextNs(frame.arrivalNs()) : 0);
            note(placed);
            result.add(new Checked(placed, false));
        }
        forgetSuspects();
        return result;
    }

    /** The history that says where a frame belongs: its own track's, or the other's where its own has none. */
    private TrackHistory head(Frame frame) {
        int track = frame.track().ordinal();
        return history[history[track].seen() ? track : 1 - track];
    }

    private void forgetSuspects() {
        suspects.clear();
        otherWentOn = 0;
    }

    /**
     * Both tracks count anew, beside each other. Without a pause the same encoder goes on: both are moved by the same time, and no picture is
     * lost. A new encoder begins with a keyframe, and is joined as one.
     */
    private List<Checked> together() {
        Frame picture = suspects.of(Track.VIDEO).get(0);
        TrackHistory video = history[Track.VIDEO.ordinal()];
        long pauseNs = video.waitedNs(picture.arrivalNs());
        if (picture.keyframe() || !video.seen() || pauseNs > NO_PAUSE_NS) {
            return jump();
        }
        shifts++;
        long delta = video.nextUsualNs(picture.arrivalNs()) - picture.dtsNs();
        correction[0] += delta;
        correction[1] += delta;
        return movedBy(delta);
    }

    /** A frame that is still far from its arrival, and from the frame before, has a wrong stamp of its own, and is placed by its arrival. */
    private List<Checked> movedBy(long delta) {
        List<Checked> result = new ArrayList<>(suspects.size());
        for (Frame frame : suspects.all()) {
            TrackHistory head = head(frame);
            Frame moved = frame.shift(delta);
            if (!head.isNear(moved)) {
                moved = Suspects.moved(frame, head.nextNs(frame.arrivalNs()));
                replaced++;
            }
            note(moved);
            result.add(new Checked(moved, false));
        }
        forgetSuspects();
        return result;
    }

    private List<Checked> jump() {
        jumps++;
        // By the source's own stamps, as all that follow will be.
        List<Frame> held = suspects.all().stream()
                .map(frame -> frame.shift(-correction[frame.track().ordinal()]))
                .toList();
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
        Frame first = suspects.of(newest.track()).get(0);
        long delta = history[track].nextUsualNs(first.arrivalNs()) - first.dtsNs();
        // Both tracks have changed their count, one after the other, and share a clock again: stamps say
        // more than arrivals.
        long together = correction[1 - track] - correction[track];
        if (correction[1 - track] != 0 && Math.abs(together - delta) < BACKWARD_NS) {
            delta = together;
        }
        correction[track] += delta;
        return movedBy(delta);
    }

    private void note(Frame frame) {
        history[frame.track().ordinal()].note(frame);
    }

    private void forget() {
        forgetSuspects();
        met = false;
        correction = new long[2];
        Arrays.stream(history).forEach(TrackHistory::forget);
    }
}
