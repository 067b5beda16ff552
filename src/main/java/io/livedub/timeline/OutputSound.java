package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.FrameBytes;

/**
 * One language of an output: its sound, and what is due of it together with the pictures. Silence goes out where nothing is there at its time.
 * {@link OutputTimeline} holds the lock.
 */
final class OutputSound {
    private record Item(Frame frame, boolean joint) {}

    private final Slew pictures;
    private final SoundSlew slew;
    private final Stamps stamps;
    private final Function<AudioFormat, byte[]> silence;
    private final Slate slate;
    private final Deque<Item> queue = new ArrayDeque<>();
    private List<Frame> due = new ArrayList<>();

    private AudioFormat format;
    private long endNs;
    private long queuedBytes;
    private boolean ended;
    private boolean filledBlindly;
    private long filled;
    private long overlapping;

    /**
     * @param pictures the slew that all languages follow
     * @param t0Ns where it begins on the stream's timeline
     * @param offsetNs that of the pictures there
     * @param stamps its own
     * @param slate heard where nothing is there while it is shown
     */
    OutputSound(
            Slew pictures,
            long t0Ns,
            long offsetNs,
            Stamps stamps,
            Function<AudioFormat, byte[]> silence,
            Slate slate) {
        this.pictures = pictures;
        this.slew = new SoundSlew(pictures, offsetNs);
        this.stamps = stamps;
        this.silence = silence;
        this.slate = slate;
        this.endNs = t0Ns;
    }

    void add(List<Frame> frames) {
        ended = false;
        boolean joint = true;
        for (Frame frame : frames) {
            queue.add(new Item(frame, joint));
            queuedBytes += frame.size();
            joint = false;
        }
    }

    /** No more will come. */
    void end() {
        ended = true;
    }

    boolean replaceLast(List<Frame> frames) {
        Deque<Item> taken = new ArrayDeque<>();
        boolean there = queue.size() >= frames.size();
        for (int i = frames.size() - 1; there && i >= 0; i--) {
            taken.push(queue.removeLast());
            there = taken.peek().frame.ptsNs() == frames.get(i).ptsNs();
        }
        for (int i = 0; there && i < frames.size(); i++) {
            Item old = taken.pop();
            queuedBytes += frames.get(i).size() - old.frame.size();
            queue.add(new Item(frames.get(i), old.joint));
        }
        queue.addAll(taken);
        return there;
    }

    /** By how much a piece that begins here comes too late: its place was filled when nobody knew of it. */
    long lateNs(long t0Ns) {
        return filledBlindly ? Math.max(0, endNs - t0Ns) : 0;
    }

    /**
     * What follows airs behind the silence that went out in its place.
     *
     * @return the offset from here on
     */
    long makeRoom(long t0Ns) {
        if (endNs > t0Ns) {
            slew.postpone(endNs - t0Ns);
            endNs = t0Ns;
        }
        return slew.offset();
    }

    /** A piece was offered: what {@link #emit} fills from here on lies in front of known sound, and makes nothing late. */
    void offered() {
        filledBlindly = false;
    }

    /**
     * Clock time at which the next frame airs; {@link Long#MAX_VALUE} when none does.
     *
     * @param offeredEndNs up to where pieces were offered
     */
    long nextAirNs(long nowNs, long leadNs, long offeredEndNs) {
        if (!queue.isEmpty()) {
            long nextNs = queue.peek().frame.ptsNs();
            return slew.at(format == null ? nextNs : Math.min(endNs, nextNs));
        }
        if (ended || format == null) {
            return Long.MAX_VALUE;
        }
        long air = slew.at(endNs);
        // With pictures offered beyond it the hole is known to be one; without, its piece may still come in time.
        boolean known = endNs + format.frameDurationNs() <= offeredEndNs;
        return known || air <= nowNs + Math.min(leadNs, OutputTimeline.FILL_AHEAD_NS) ? air : Long.MAX_VALUE;
    }

    void picture(Frame stamped) {
        due.add(stamped);
    }

    /** The frame of {@link #nextAirNs} is due. */
    void emit(long nowNs, long offeredEndNs) {
        Item item = queue.peek();
        if (item == null) {
            filledBlindly |= endNs + format.frameDurationNs() > offeredEndNs;
            fill(nowNs);
            return;
        }
        Frame frame = item.frame;
        AudioFormat itsFormat = (AudioFormat) frame.format();
        if (format == null) {
            endNs = frame.ptsNs();
        }
        format = itsFormat;
        slate.heard(itsFormat);
        long frameNs = itsFormat.frameDurationNs();
        long gap = frame.ptsNs() - endNs;
        if (gap > frameNs * 3 / 4) {
            fill(nowNs);
            return;
        }
        if (gap < -frameNs * 3 / 4) {
            take();
            overlapping++;
            return;
        }
        pictures.advance(frame.ptsNs());
        boolean good = item.joint || frame.bytes().equals(FrameBytes.of(silence.apply(itsFormat)));
        switch (slew.step(frameNs, good)) {
            case INSERT -> due.add(stamps.audio(silentFrame(nowNs), slew.at(frame.ptsNs()) - frameNs));
            case DROP -> {
                take();
                endNs = frame.ptsNs() + frameNs;
            }
            default -> {
                take();
                due.add(stamps.audio(frame, slew.at(frame.ptsNs())));
                endNs = frame.ptsNs() + frameNs;
            }
        }
    }

    private void fill(long nowNs) {
        filled++;
        pictures.advance(endNs);
        long airNs = slew.at(endNs);
        byte[] data = slate.soundAt(format, airNs, silence.apply(format));
        due.add(stamps.audio(new Frame(format, 0, 0, true, nowNs, data), airNs));
        endNs += format.frameDurationNs();
    }

    private Frame silentFrame(long nowNs) {
        return new Frame(format, 0, 0, true, nowNs, silence.apply(format));
    }

    private void take() {
        queuedBytes -= queue.remove().frame.size();
    }

    /** The frames that were emitted since the last call, pictures and sound in the order of decoding times. */
    List<Frame> takeDue() {
        List<Frame> taken = due;
        due = new ArrayList<>();
        return taken;
    }

    /** How long one of its frames is; 0 before the first was offered. */
    long frameNs() {
        if (format != null) {
            return format.frameDurationNs();
        }
        return queue.isEmpty() ? 0 : ((AudioFormat) queue.peek().frame.format()).frameDurationNs();
    }

    boolean hasBegun() {
        return format != null;
    }

    /** Up to where on the timeline it has come out. */
    long endNs() {
        return endNs;
    }

    /** Earliest output time of its next frame. */
    long nextStampNs() {
        return stamps.nextAudioNs();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** @param more whether pieces may come that were begun with it */
    boolean hasEnded(boolean more) {
        return (ended || !more) && queue.isEmpty();
    }

    int queued() {
        return queue.size();
    }

    long queuedBytes() {
        return queuedBytes;
    }

    long filled() {
        return filled;
    }

    long overlapping() {
        return overlapping;
    }

    SoundSlew slew() {
        return slew;
    }
}
