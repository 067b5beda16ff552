package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Puts what a source sends, however it stamps it, on the stream's own timeline: 0 is the first video keyframe, both tracks begin
 * together, audio has no hole, decoding times never go back.
 *
 * <p>A new {@link TimedFrame#zeroNs()} is announced when the source jumped or was lost and came back, and also when either codec
 * configuration changes by as little as a picture parameter set: a file has one configuration, so a segment has one.
 *
 * <p>Not thread-safe; {@link #clock()} may be read from anywhere.
 */
public final class SourceTimeline {
    /** Audio that is further behind the video than this is taken to have stopped. */
    static final long AUDIO_SLACK_NS = 1_000_000_000L;

    private static final long MOST_AUDIO_SLACK_NS = 3_000_000_000L;
    /** Longer than GOPs of 30 s, which occur; a source that never marks a keyframe is taken as it is after that. */
    static final long KEYFRAME_PATIENCE_NS = 32_000_000_000L;
    /** A picture that is shown this long before it is decoded is stamped wrongly. */
    private static final long MOST_EARLIER_NS = 1_000_000_000L;
    /** A reader that comes back may get the cached GOP at once; where the live edge is, is known when that is over. */
    static final long JOINING_NS = 500_000_000L;

    /** Silence that is made at once for one hole of the sound: a pause that stays on one count, and the distance of the tracks. */
    static final long MOST_SILENCE_NS = JumpDetector.LONGEST_PAUSE_NS + 10_000_000_000L;
    /** Pictures that must be shown before they are decoded until all are decoded earlier for it: one alone may be stamped wrongly. */
    private static final int EARLY_CONFIRMED = 3;
    /** Of the first pictures each is believed: hardly anything has left that it could disturb. */
    private static final int EARLY_BELIEVED = 16;

    /** Frames of sound in a row whose stamps may lie behind what was placed before one of them is dropped. */
    private static final int MOST_BEHIND = 3;

    private static final int MOST_HELD = 1500;
    private static final long MOST_HELD_BYTES = 32L * 1024 * 1024;

    private final Function<AudioFormat, byte[]> silence;
    private final SourceClock clock = new SourceClock();
    private final Unwrap unwrap = new Unwrap();
    private final JumpDetector jumps = new JumpDetector();
    private final TrackAlignment alignment = new TrackAlignment();
    private final SharedStamps shared = new SharedStamps();
    private final AudioGrid audio = new AudioGrid();
    private final VideoOrder video = new VideoOrder();

    private final Deque<Frame> held = new ArrayDeque<>();
    private Frame zeroFrame;
    private boolean joining;
    private Frame firstWaiting;
    private boolean began;
    private long zeroNs;
    private long deltaNs;
    private Format videoFormat;
    private long audioSlackNs = AUDIO_SLACK_NS;
    private long lastVideoNs = Long.MIN_VALUE;
    private long earlierNs;
    private long pictures;
    private int early;
    private long earliestNs;
    private long heldBytes;
    private Frame doubtful;
    private int behind;

    private long beforeZero;
    private long silent;
    private long overlapping;

    /**
     * @param silence one raw AAC frame of silence for a format; must not block (make it once per format beforehand)
     */
    public SourceTimeline(Function<AudioFormat, byte[]> silence) {
        this.silence = silence;
    }

    /**
     * Takes a frame as it was demuxed, times on the source's own timeline ({@code -1}: none).
     *
     * @return the frames whose place is known now, none or several; in decode order within a track
     */
    public List<TimedFrame> accept(Frame frame) {
        List<TimedFrame> out = new ArrayList<>(2);
        for (JumpDetector.Checked checked : jumps.accept(unwrap.apply(frame))) {
            if (checked.jump()) {
                placeAll(alignment.reset(), out);
                leave(out);
            }
            placeAll(alignment.accept(checked.frame()), out);
        }
        return out;
    }

    /**
     * The connection is gone. The next keyframe begins a new stretch of the timeline, where its arrival says.
     *
     * @return frames that were still held
     */
    public List<TimedFrame> sourceLost() {
        List<TimedFrame> out = new ArrayList<>();
        jumps.reset();
        placeAll(alignment.reset(), out);
        leave(out);
        return out;
    }

    /**
     * Goes on with the timeline of a process that has ended; to be called before the first frame. The next keyframe begins a new stretch, as after
     * a loss.
     */
    public void resume(SourceMark mark, long nowNs) {
        began = true;
        clock.resume(mark.startNs(), nowNs);
        video.resume(mark.endNs());
        zeroNs = mark.endNs();
    }

    public SourceMark mark() {
        return new SourceMark(clock.startNs(), endNs());
    }

    public SourceClock clock() {
        return clock;
    }

    /** Where the timeline ends so far: nothing that comes later is placed before it, except the slack between the tracks. */
    public long endNs() {
        return began ? Math.max(video.endNs(), audio.format() == null ? 0 : audio.endNs()) : 0;
    }

    public SourceCounters counters() {
        return new SourceCounters(
                beforeZero + alignment.dropped(),
                silent,
                overlapping,
                video.repaired() + unwrap.repaired() + jumps.replaced() + shared.shared(),
                jumps.strays(),
                jumps.jumps(),
                jumps.shifts(),
                alignment.correctionNs(),
                alignment.known() ? OptionalLong.of(alignment.distanceNs()) : OptionalLong.empty());
    }

    private void leave(List<TimedFrame> out) {
        if (joining) {
            join(out);
        }
        settleDoubt(out);
        shared.forget();
        beforeZero += held.size();
        held.clear();
        heldBytes = 0;
        zeroFrame = null;
        firstWaiting = null;
    }

    private void placeAll(List<Frame> frames, List<TimedFrame> out) {
        for (Frame frame : frames) {
            place(frame, out);
        }
    }

    private void hold(Frame frame) {
        held.add(frame);
        heldBytes += frame.data().length;
    }

    private void place(Frame frame, List<TimedFrame> out) {
        if (zeroFrame == null) {
            awaitZero(frame, out);
        } else if (joining) {
            hold(frame);
            if (frame.arrivalNs() - zeroFrame.arrivalNs() >= JOINING_NS
                    || held.size() >= MOST_HELD
                    || heldBytes >= MOST_HELD_BYTES) {
                join(out);
            }
        } else {
            emit(frame, out);
        }
    }

    private void awaitZero(Frame frame, List<TimedFrame> out) {
        if (frame.track() == Track.AUDIO) {
            hold(frame);
            while (held.size() > MOST_HELD || heldBytes > MOST_HELD_BYTES) {
                heldBytes -= held.remove().data().length;
                beforeZero++;
            }
            return;
        }
        if (firstWaiting == null) {
            firstWaiting = frame;
        }
        if (!frame.keyframe() && frame.dtsNs() - firstWaiting.dtsNs() < KEYFRAME_PATIENCE_NS) {
            beforeZero++;
            return;
        }
        zeroFrame = frame;
        held.addFirst(frame);
        if (began) {
            joining = true;
        } else {
            began = true;
            start(0, out);
        }
    }

    /** Places a new stretch where its soonest frame's arrival says, but never before the end of the last one. */
    private void join(List<TimedFrame> out) {
        joining = false;
        long soonest = Long.MAX_VALUE;
        for (Frame frame : held) {
            soonest = Math.min(soonest, frame.arrivalNs() - (frame.dtsNs() - zeroFrame.ptsNs()));
        }
        long reorder = Math.max(0, zeroFrame.ptsNs() - zeroFrame.dtsNs() + earlierNs);
        long free = Math.max(endNs(), video.freeDtsNs() + reorder);
        start(Math.max(free, clock.timelineNsAt(soonest)), out);
    }

    private void start(long newZeroNs, List<TimedFrame> out) {
        zeroNs = newZeroNs;
        deltaNs = newZeroNs - zeroFrame.ptsNs();
        audio.restart(newZeroNs);
        audioSlackNs = AUDIO_SLACK_NS;
        lastVideoNs = newZeroNs;
        heldBytes = 0;
        Frame next;
        while ((next = held.poll()) != null) {
            emit(next, out);
        }
    }

    private void emit(Frame frame, List<TimedFrame> out) {
        if (frame.format() instanceof AudioFormat format) {
            emitAudio(frame, format, out);
        } else {
            emitVideo(frame, out);
        }
    }

    private void emitVideo(Frame frame, List<TimedFrame> out) {
        // Leading pictures of an open GOP refer to pictures that were never received.
        if (frame.ptsNs() < zeroFrame.ptsNs()) {
            beforeZero++;
            return;
        }
        long composition = frame.ptsNs() - frame.dtsNs();
        pictures++;
        decodeEarlier(-composition);
        long decodedNs = frame.dtsNs() + deltaNs - earlierNs;
        long dts = video.next(frame.ptsNs() + deltaNs, decodedNs);
        boolean moved = dts != decodedNs;
        long pts = moved
                ? Math.max(frame.ptsNs() + deltaNs, dts + Math.max(0, composition + earlierNs))
                : Math.max(dts, frame.ptsNs() + deltaNs);
        if (videoFormat != null && !videoFormat.equals(frame.format())) {
            zeroNs = Math.max(zeroNs, pts);
        }
        videoFormat = frame.format();
        clock.observe(frame.arrivalNs(), dts + earlierNs);
        lastVideoNs = Math.max(lastVideoNs, dts);
        out.add(new TimedFrame(frame.at(pts, dts), zeroNs, frame.ptsNs()));
        if (audio.format() != null && audio.endNs() + audio.frameNs() <= lastVideoNs - audioSlackNs) {
            settleDoubt(out);
            audio.skipTo(lastVideoNs - audioSlackNs - MOST_SILENCE_NS);
            while (audio.endNs() + audio.frameNs() <= lastVideoNs - audioSlackNs) {
                emitSilence(frame.arrivalNs(), out);
            }
        }
    }

    /**
     * Pictures that are shown before they are decoded: MP4 and FLV can say so, flvmux cannot, and shows them later. So all pictures are decoded
     * earlier, once {@link #EARLY_CONFIRMED} of them need it; a single one may be stamped wrongly.
     */
    private void decodeEarlier(long neededNs) {
        if (neededNs <= earlierNs || neededNs > MOST_EARLIER_NS) {
            return;
        }
        earliestNs = early == 0 ? neededNs : Math.min(earliestNs, neededNs);
        if (++early >= EARLY_CONFIRMED || pictures <= EARLY_BELIEVED) {
            earlierNs = earliestNs;
            early = 0;
        }
    }

    private void emitAudio(Frame frame, AudioFormat format, List<TimedFrame> out) {
        long time = shared.timeOf(frame.ptsNs(), format.frameDurationNs()) + deltaNs;
        if (time - deltaNs + format.frameDurationNs() <= zeroFrame.ptsNs()) {
            beforeZero++;
            return;
        }
        if (audio.format() == null) {
            audio.format(format);
            // What lies further back than the slack belongs to segments that are closed.
            audio.restart(Math.max(zeroNs, lastVideoNs - AUDIO_SLACK_NS));
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
    }

    /** One stamp that lies too far ahead may be wrong; a hole is confirmed by the frame behind it. */
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
        zeroNs = Math.max(zeroNs, audio.endNs());
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
        out.add(new TimedFrame(timed.at(at, at), zeroNs, time - deltaNs));
    }

    private void overlapping(long time) {
        overlapping++;
        audioSlackNs = Math.min(MOST_AUDIO_SLACK_NS, Math.max(audioSlackNs, lastVideoNs - time + AUDIO_SLACK_NS / 2));
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
        out.add(new TimedFrame(made, zeroNs, at - deltaNs, true));
    }
}
