package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.H264Slice;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

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
    /** Longer than GOPs of 30 s, which occur; a source that never marks a keyframe is taken as it is after that. */
    static final long KEYFRAME_PATIENCE_NS = 32_000_000_000L;
    /** A reader that comes back may get the cached GOP at once; where the live edge is, is known when that is over. */
    static final long JOINING_NS = 500_000_000L;

    private static final int MOST_HELD = 1500;
    private static final long MOST_HELD_BYTES = 32L * 1024 * 1024;

    private final SourceClock clock = new SourceClock();
    private final Unwrap unwrap = new Unwrap();
    private final StandingStamps standing = new StandingStamps();
    private final JumpDetector jumps = new JumpDetector();
    private final TrackAlignment alignment = new TrackAlignment();
    private final BurstOrder bursts = new BurstOrder();
    private final VideoOrder video = new VideoOrder();
    private final PictureFlood flood = new PictureFlood();
    private final EarlierDecoding earlier = new EarlierDecoding();
    private final Stretch stretch = new Stretch();
    private final SourceSound sound;

    private final Deque<Frame> held = new ArrayDeque<>();
    private Frame zeroFrame;
    private boolean joining;
    private Frame firstWaiting;
    private boolean began;
    private InterruptedStretch interrupted;
    private Format videoFormat;
    private long heldBytes;
    private long beforeZero;

    /**
     * @param silence one raw AAC frame of silence for a format; must not block (make it once per format beforehand)
     */
    public SourceTimeline(Function<AudioFormat, byte[]> silence) {
        sound = new SourceSound(silence, clock, stretch);
    }

    /**
     * Takes a frame as it was demuxed, times on the source's own timeline ({@code -1}: none).
     *
     * @return the frames whose place is known now, none or several; in decode order within a track
     */
    public List<TimedFrame> accept(Frame frame) {
        List<TimedFrame> out = new ArrayList<>(2);
        Frame timed = standing.apply(unwrap.apply(frame));
        for (JumpDetector.Checked checked : jumps.accept(timed, alignment.correctionNs())) {
            if (checked.jump()) {
                endCount(out, false);
            }
            order(alignment.accept(checked.frame()), out);
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
        interrupted = InterruptedStretch.of(zeroFrame, alignment, jumps);
        jumps.reset();
        endCount(out, true);
        return out;
    }

    /** The next frame is the one behind the last before the loss. To be called before it: the stretch goes on. */
    public void goOn() {
        zeroFrame = interrupted.goOn(alignment, jumps);
    }

    /**
     * Goes on with the timeline of a process that has ended; to be called before the first frame. The next keyframe begins a new stretch, as after
     * a loss.
     */
    public void resume(SourceMark mark, long nowNs) {
        began = true;
        clock.resume(mark.startNs(), nowNs);
        video.resume(mark.endNs());
    }

    /**
     * Goes on with the timeline of a process that reads no more: the next frame is the one behind its last. To be called before the first frame.
     */
    public void resume(SourceMark mark, SourceStretch stood, VideoFormat picture, AudioFormat itsSound, long nowNs) {
        began = true;
        clock.resume(mark.startNs(), nowNs);
        video.resume(stood);
        stretch.resume(stood);
        earlier.resume(stood.earlierNs());
        alignment.resume(stood.correctionNs());
        sound.resume(stood, itsSound);
        videoFormat = picture;
        zeroFrame = new Frame(picture, stood.firstPtsNs(), stood.firstPtsNs(), true, nowNs, new byte[0]);
    }

    /** What another process needs to go on with the next frame; empty while a stretch is about to begin. */
    public Optional<SourceStretch> stretch() {
        return zeroFrame == null || joining || !alignment.isDecided() || !bursts.isEmpty() || sound.endNs() == 0
                ? Optional.empty()
                : Optional.of(new SourceStretch(
                        stretch.zeroNs(),
                        stretch.deltaNs(),
                        stretch.firstPtsNs(),
                        InterruptedStretch.of(zeroFrame, alignment, jumps).soundMovedNs(),
                        earlier.ns(),
                        video.lastDtsNs(),
                        video.lastPtsNs(),
                        sound.endNs()));
    }

    public SourceMark mark() {
        return new SourceMark(clock.startNs(), endNs());
    }

    public SourceClock clock() {
        return clock;
    }

    /** Where the timeline ends so far: nothing that comes later is placed before it, except the slack between the tracks. */
    public long endNs() {
        return began ? Math.max(video.endNs(), sound.endNs()) : 0;
    }

    public SourceCounters counters() {
        return new SourceCounters(
                beforeZero + alignment.dropped(),
                sound.silent(),
                sound.overlapping(),
                video.repaired() + unwrap.repaired() + standing.replaced() + jumps.replaced() + sound.shared(),
                jumps.strays() + flood.dropped(),
                jumps.jumps(),
                jumps.shifts(),
                alignment.correctionNs(),
                alignment.known() ? OptionalLong.of(alignment.distanceNs()) : OptionalLong.empty());
    }

    /** @param joins false: what has not been placed is of another publisher, and would keep what follows from its place */
    private void endCount(List<TimedFrame> out, boolean joins) {
        order(alignment.reset(), out);
        placeAll(bursts.reset(), out);
        if (joining && joins) {
            join(out);
        }
        joining = false;
        sound.leave(out);
        beforeZero += held.size();
        held.clear();
        heldBytes = 0;
        zeroFrame = null;
        firstWaiting = null;
    }

    private void order(List<Frame> frames, List<TimedFrame> out) {
        frames.forEach(frame -> placeAll(bursts.accept(frame), out));
    }

    private void placeAll(List<Frame> frames, List<TimedFrame> out) {
        frames.forEach(frame -> place(frame, out));
    }

    private void hold(Frame frame) {
        held.add(frame);
        heldBytes += frame.size();
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
                heldBytes -= held.remove().size();
                beforeZero++;
            }
            return;
        }
        if (firstWaiting == null) {
            firstWaiting = frame.withoutBytes();
        }
        if (!frame.keyframe() && frame.dtsNs() - firstWaiting.dtsNs() < KEYFRAME_PATIENCE_NS) {
            beforeZero++;
            return;
        }
        zeroFrame = frame.withoutBytes();
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
        long reorder = Math.max(0, zeroFrame.ptsNs() - zeroFrame.dtsNs() + earlier.ns());
        long free = Math.max(endNs(), video.freeDtsNs() + reorder);
        start(Math.max(free, clock.timelineNsAt(soonest)), out);
    }

    private void start(long newZeroNs, List<TimedFrame> out) {
        stretch.begin(newZeroNs, zeroFrame.ptsNs());
        sound.begin();
        heldBytes = 0;
        Frame next;
        while ((next = held.poll()) != null) {
            emit(next, out);
        }
    }

    private void emit(Frame frame, List<TimedFrame> out) {
        if (!(frame.format() instanceof AudioFormat format)) {
            emitVideo(frame, out);
        } else if (!sound.accept(frame, format, out)) {
            beforeZero++;
        }
    }

    private void emitVideo(Frame frame, List<TimedFrame> out) {
        // Leading pictures of an open GOP refer to pictures that were never received.
        if (frame.ptsNs() < stretch.firstPtsNs()) {
            beforeZero++;
            return;
        }
        long composition = frame.ptsNs() - frame.dtsNs();
        earlier.observe(-composition);
        long shownNs = frame.ptsNs() + stretch.deltaNs();
        long decodedNs = frame.dtsNs() + stretch.deltaNs() - earlier.ns();
        if (flood.drops(
                frame,
                video.isTaken(decodedNs),
                video.freeDtsNs() + earlier.ns() - clock.timelineNsAt(frame.arrivalNs()))) {
            return;
        }
        long dts = video.next(shownNs, decodedNs);
        boolean moved = dts != decodedNs;
        long pts = Math.max(shownNs, moved ? dts + Math.max(0, composition + earlier.ns()) : dts);
        if (moved && composition == 0 && H264Slice.isBidirectional(frame)) {
            // The source stamps pictures with the time at which they are shown, and B pictures follow the picture that
            // they refer to.
            earlier.observe(earlier.ns() + dts - shownNs);
            pts = Math.max(shownNs, dts);
        }
        if (videoFormat != null && !videoFormat.equals(frame.format())) {
            stretch.changeAt(pts);
        }
        videoFormat = frame.format();
        clock.observe(frame.arrivalNs(), dts + earlier.ns());
        out.add(new TimedFrame(frame.at(pts, dts), stretch.zeroNs(), frame.ptsNs()));
        sound.followPicture(dts, frame.arrivalNs(), out);
    }
}
