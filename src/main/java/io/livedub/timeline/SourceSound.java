package io.livedub.timeline;

import java.util.List;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;

/**
 * Places the sound of a source on the stream's timeline without holes and without overlaps, counted in samples. A hole is filled with
 * silence. Used by {@link SourceTimeline} on one thread.
 */
final class SourceSound {
    /** Audio that is further behind the video than this is taken to have stopped. */
    static final long SLACK_NS = 1_000_000_000L;

    private static final long MOST_SLACK_NS = 3_000_000_000L;
    /** Silence that is made at once for one hole of the sound: a pause that stays on one count, and the distance of the tracks. */
    static final long MOST_SILENCE_NS = JumpDetector.LONGEST_PAUSE_NS + 10_000_000_000L;
    /** Frames in a row whose stamps may lie behind what was placed before one of them is dropped. */
    private static final int MOST_BEHIND = 3;

    private final Function<AudioFormat, byte[]> silence;
    private final SourceClock clock;
    private final Stretch stretch;
    private final SharedStamps shared = new SharedStamps();
    private final AudioGrid audio = new AudioGrid();

    /** Of sound that lay before the beginning of the stretch. When no other sound follows, players must still get what the source announced. */
    private AudioFormat before;

    private long slackNs = SLACK_NS;
    private long lastVideoNs = Long.MIN_VALUE;
    private Frame doubtful;
    private int behind;
    private long silent;
    private long overlapping;

    SourceSound(Function<AudioFormat, byte[]> silence, SourceClock clock, Stretch stretch) {
        this.silence = silence;
        this.clock = clock;
        this.stretch = stretch;
    }

    /** The stretch begins anew. */
    void begin() {
        audio.restart(stretch.zeroNs());
        slackNs = SLACK_NS;
        lastVideoNs = stretch.zeroNs();
    }

    /** Goes on inside a stretch of another process. */
    void resume(SourceStretch stood, AudioFormat format) {
        audio.resume(format, stood.soundEndNs());
        lastVideoNs = stood.lastDtsNs();
    }

    /** The stretch ends: no frame behind the last one will say whether its stamp was wrong. */
    void leave(List<TimedFrame> out) {
        settleDoubt(out);
        shared.forget();
    }

    /** Where the sound ends so far; 0 before any. */
    long endNs() {
        return audio.format() == null ? 0 : audio.endNs();
    }

    /** Frames of silence that were made. */
    long silent() {
        return silent;
    }

    /** Frames dropped because their place was taken. */
    long overlapping() {
        return overlapping;
    }

    /** Frames that shared a stamp with another one and were moved. */
    long shared() {
        return shared.shared();
    }

    /** A picture was placed: silence keeps the sound from staying further behind than the slack. */
    void followPicture(long dtsNs, long arrivalNs, List<TimedFrame> out) {
        lastVideoNs = Math.max(lastVideoNs, dtsNs);
        if (audio.format() == null
                && before != null
                && stretch.zeroNs() + before.frameDurationNs() <= lastVideoNs - slackNs) {
            audio.format(before);
            audio.restart(stretch.zeroNs());
        }
        if (audio.format() != null && audio.endNs() + audio.frameNs() <= lastVideoNs - slackNs) {
            settleDoubt(out);
            audio.skipTo(lastVideoNs - slackNs - MOST_SILENCE_NS);
            while (audio.endNs() + audio.frameNs() <= lastVideoNs - slackNs) {
                emitSilence(arrivalNs, out);
            }
        }
    }

    /** @return false when the frame lies before the beginning of the stretch, and is dropped */
    boolean accept(Frame frame, AudioFormat format, List<TimedFrame> out) {
        long sourceNs = shared.timeOf(frame.ptsNs(), frame.arrivalNs(), format.frameDurationNs());
        if (sourceNs + format.frameDurationNs() <= stretch.firstPtsNs()) {
            before = format;
            return false;
        }
        long time = sourceNs + stretch.deltaNs();
        if (audio.format() == null) {
            audio.format(format);
            // What lies further back than the slack belongs to segments that are closed.
            audio.restart(Math.max(stretch.zeroNs(), lastVideoNs - SLACK_NS));
        }
        Frame timed = frame.at(time, time);
        if (doubtful != null) {
            boolean confirmed = format.equals(audio.format()) && audio.missing(time - audio.frameNs()) > 0;
            Frame first = doubtful;
            doubtful = null;
            lay(
                    first,
                    audio.format(),
                    confirmed ? audio.missing(Math.min(first.ptsNs(), time - audio.frameNs())) : 0,
                    out);
        }
        if (format.equals(audio.format())) {
            same(timed, format, out);
        } else {
            other(timed, format, out);
        }
        return true;
    }

    /** A stamp that lies too far ahead may be wrong, so a hole counts only when the next frame confirms it. */
    private void same(Frame timed, AudioFormat format, List<TimedFrame> out) {
        long time = timed.ptsNs();
        if (overlaps(time)) {
            overlapping(time);
            return;
        }
        int missing = audio.missing(time);
        if (missing > 0 && audio.placed()) {
            doubtful = timed;
        } else {
            lay(timed, format, missing, out);
        }
    }

    /**
     * Whether the sound's place is taken. Behind silence that was made at once; behind real frames only when several say so: the sample count is
     * surer than a single stamp that goes back.
     */
    private boolean overlaps(long time) {
        if (!audio.overlaps(time)) {
            behind = 0;
            return false;
        }
        return audio.behindSilence() || ++behind > MOST_BEHIND;
    }

    private void other(Frame timed, AudioFormat format, List<TimedFrame> out) {
        long time = timed.ptsNs();
        if (audio.overlaps(time, format)) {
            overlapping(time);
            return;
        }
        int missing = audio.whole(time);
        if (!audio.placed()) {
            audio.anchor(time, missing);
        }
        fill(missing, timed.arrivalNs(), out);
        audio.change(format, time);
        stretch.changeAt(audio.endNs());
        place(timed, time, out);
    }

    private void lay(Frame timed, AudioFormat format, int missing, List<TimedFrame> out) {
        if (!audio.placed()) {
            audio.anchor(timed.ptsNs(), missing);
        }
        fill(missing, timed.arrivalNs(), out);
        place(timed, timed.ptsNs(), out);
    }

    private void fill(int missing, long madeNs, List<TimedFrame> out) {
        int most = (int) (MOST_SILENCE_NS / audio.frameNs());
        if (missing > most) {
            audio.skipTo(audio.endNs() + (missing - most) * audio.frameNs());
        }
        for (int i = 0; i < Math.min(missing, most); i++) {
            emitSilence(madeNs, out);
        }
    }

    private void place(Frame timed, long time, List<TimedFrame> out) {
        clock.observe(timed.arrivalNs(), time);
        long at = audio.place(time);
        out.add(new TimedFrame(timed.at(at, at), stretch.zeroNs(), time - stretch.deltaNs()));
    }

    private void overlapping(long time) {
        overlapping++;
        slackNs = Math.min(MOST_SLACK_NS, Math.max(slackNs, lastVideoNs - time + SLACK_NS / 2));
    }

    /** No frame behind it will say what it was: its place is behind the last one. */
    private void settleDoubt(List<TimedFrame> out) {
        if (doubtful != null) {
            Frame last = doubtful;
            doubtful = null;
            lay(last, audio.format(), audio.missing(last.ptsNs()), out);
        }
    }

    private void emitSilence(long madeNs, List<TimedFrame> out) {
        silent++;
        AudioFormat format = audio.format();
        long at = audio.placeSilence();
        Frame made = new Frame(format, at, at, true, madeNs, silence.apply(format));
        out.add(new TimedFrame(made, stretch.zeroNs(), at - stretch.deltaNs(), true));
    }
}
