package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
    /** Longer than any sensible GOP (250 frames at 24 fps): a source that never marks a keyframe must not be waited for. */
    static final long KEYFRAME_PATIENCE_NS = 15_000_000_000L;
    /** A picture that is shown this long before it is decoded is stamped wrongly. */
    private static final long MOST_EARLIER_NS = 1_000_000_000L;
    /** A reader that comes back may get the cached GOP at once; where the live edge is, is known when that is over. */
    static final long JOINING_NS = 500_000_000L;

    private static final int MOST_HELD = 1500;

    private final Function<AudioFormat, byte[]> silence;
    private final SourceClock clock = new SourceClock();
    private final Unwrap unwrap = new Unwrap();
    private final JumpDetector jumps = new JumpDetector();
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
                leave(out);
            }
            place(checked.frame(), out);
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
        leave(out);
        return out;
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
                beforeZero,
                silent,
                overlapping,
                video.repaired() + unwrap.repaired(),
                jumps.strays(),
                jumps.jumps(),
                jumps.shifts());
    }

    private void leave(List<TimedFrame> out) {
        if (joining) {
            join(out);
        }
        beforeZero += held.size();
        held.clear();
        zeroFrame = null;
        firstWaiting = null;
    }

    private void place(Frame frame, List<TimedFrame> out) {
        if (zeroFrame == null) {
            awaitZero(frame, out);
        } else if (joining) {
            held.add(frame);
            if (frame.arrivalNs() - zeroFrame.arrivalNs() >= JOINING_NS || held.size() >= MOST_HELD) {
                join(out);
            }
        } else {
            emit(frame, out);
        }
    }

    private void awaitZero(Frame frame, List<TimedFrame> out) {
        if (frame.track() == Track.AUDIO) {
            held.add(frame);
            if (held.size() > MOST_HELD) {
                held.remove();
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
        // Shown before it is decoded: MP4 and FLV can say so, flvmux cannot, and shows it later. So all are decoded
        // earlier.
        if (-composition > earlierNs && -composition <= MOST_EARLIER_NS) {
            earlierNs = -composition;
        }
        long decodedNs = frame.dtsNs() + deltaNs - earlierNs;
        long dts = video.next(frame.ptsNs() + deltaNs, decodedNs);
        boolean moved = dts != decodedNs;
        long pts = moved
                ? Math.max(frame.ptsNs() + deltaNs, dts + Math.max(0, composition + earlierNs))
                : frame.ptsNs() + deltaNs;
        if (videoFormat != null && !videoFormat.equals(frame.format())) {
            zeroNs = Math.max(zeroNs, pts);
        }
        videoFormat = frame.format();
        clock.observe(frame.arrivalNs(), dts + earlierNs);
        lastVideoNs = Math.max(lastVideoNs, dts);
        out.add(new TimedFrame(frame.at(pts, dts), zeroNs, frame.ptsNs()));
        while (audio.format() != null && audio.endNs() + audio.frameNs() <= lastVideoNs - audioSlackNs) {
            emitSilence(frame.arrivalNs(), out);
        }
    }

    private void emitAudio(Frame frame, AudioFormat format, List<TimedFrame> out) {
        long time = frame.ptsNs() + deltaNs;
        if (frame.ptsNs() + format.frameDurationNs() <= zeroFrame.ptsNs()) {
            beforeZero++;
            return;
        }
        if (audio.format() == null) {
            audio.format(format);
            // What lies further back than the slack belongs to segments that are closed.
            audio.restart(Math.max(zeroNs, lastVideoNs - AUDIO_SLACK_NS));
        }
        boolean other = !format.equals(audio.format());
        if (other ? audio.overlaps(time, format) : audio.overlaps(time)) {
            overlapping++;
            audioSlackNs =
                    Math.min(MOST_AUDIO_SLACK_NS, Math.max(audioSlackNs, lastVideoNs - time + AUDIO_SLACK_NS / 2));
            return;
        }
        int missing = other ? audio.whole(time) : audio.missing(time);
        if (!audio.placed()) {
            audio.anchor(time, missing);
        }
        for (int i = 0; i < missing; i++) {
            emitSilence(frame.arrivalNs(), out);
        }
        if (other) {
            audio.change(format, time);
            zeroNs = Math.max(zeroNs, audio.endNs());
        }
        clock.observe(frame.arrivalNs(), time);
        long at = audio.place(time);
        out.add(new TimedFrame(frame.at(at, at), zeroNs, frame.ptsNs()));
    }

    private void emitSilence(long madeNs, List<TimedFrame> out) {
        silent++;
        AudioFormat format = audio.format();
        long at = audio.placeSilence();
        Frame made = new Frame(format, at, at, true, madeNs, silence.apply(format));
        out.add(new TimedFrame(made, zeroNs, at - deltaNs, true));
    }
}
