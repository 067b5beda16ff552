package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;

/**
 * The output's timeline of passthrough: a frame goes out as it comes, only its times are moved so that the output starts at 0.
 * While nothing comes, silence follows the clock at a distance, so that players stay; the last picture stays with it.
 *
 * <p>Thread-safe: frames come on the source's thread, {@link #due} is called by a timer.
 */
public final class RelayTimeline {
    /** How far silence stays behind the live edge: what still arrives in this time finds its place free. */
    static final long SLACK_NS = 1_000_000_000L;

    /** What a hole of 8 s, 375 AAC frames, takes through a muxer on a busy machine. */
    static final long FILL_ALONE_NS = 250_000_000L;

    private final SourceClock source;
    private final Function<AudioFormat, byte[]> silence;
    private boolean begun;
    private long shiftNs;
    private AudioFormat format;
    private long audioEndNs;
    private final List<Frame> held = new ArrayList<>();
    private long heldUntilNs = Long.MIN_VALUE;
    private long lastZeroNs;
    private final Stamps stamps = new Stamps();
    private long filled;
    private long overlapping;

    public RelayTimeline(SourceClock source, Function<AudioFormat, byte[]> silence) {
        this.source = source;
        this.silence = silence;
    }

    /** What to push for what {@link SourceTimeline#accept} gave, in the same order, times on the output's timeline. */
    public synchronized List<Frame> accept(List<TimedFrame> frames) {
        List<Frame> out = new ArrayList<>(frames.size());
        if (frames.isEmpty()) {
            return out;
        }
        if (!begun) {
            begun = true;
            shiftNs = -frames.stream().mapToLong(f -> f.frame().dtsNs()).min().orElseThrow();
        }
        long nowNs = frames.stream().mapToLong(f -> f.frame().arrivalNs()).max().orElseThrow();
        release(nowNs, out);
        for (TimedFrame timed : frames) {
            if (timed.zeroNs() > lastZeroNs) {
                lastZeroNs = timed.zeroNs();
                fillBefore(timed, nowNs, out);
            }
            relay(timed, held.isEmpty() && nowNs >= heldUntilNs ? out : held);
        }
        return out;
    }

    /** Silence for the time in which nothing came; empty while frames come. */
    public synchronized List<Frame> due(long nowNs) {
        List<Frame> out = new ArrayList<>();
        release(nowNs, out);
        if (format != null && held.isEmpty()) {
            fill(source.timelineNsAt(nowNs) + shiftNs - SLACK_NS, nowNs, out);
        }
        return out;
    }

    /** What is still held back when no more will come. */
    public synchronized List<Frame> rest() {
        List<Frame> out = new ArrayList<>();
        release(Long.MAX_VALUE, out);
        return out;
    }

    /** Silent frames sent while nothing came. */
    public synchronized long filled() {
        return filled;
    }

    /** Audio frames dropped because their time had been filled. */
    public synchronized long overlapping() {
        return overlapping;
    }

    /**
     * A source that came back: the silence before it goes out first, and alone for a moment. The muxer does not wait for what is late,
     * and flvmux moves what is older than what it has written onto one timestamp.
     */
    private void fillBefore(TimedFrame first, long nowNs, List<Frame> out) {
        int before = out.size();
        if (format != null) {
            fill(first.zeroNs() + shiftNs, nowNs, out);
        }
        if (out.size() > before) {
            heldUntilNs = nowNs + FILL_ALONE_NS;
        }
    }

    private void release(long nowNs, List<Frame> out) {
        if (nowNs >= heldUntilNs) {
            out.addAll(held);
            held.clear();
        }
    }

    private void relay(TimedFrame timed, List<Frame> out) {
        Frame frame = timed.frame().shift(shiftNs);
        if (frame.format() instanceof AudioFormat itsFormat) {
            audio(frame, itsFormat, out);
        } else {
            out.add(stamps.video(frame, frame.dtsNs()));
        }
    }

    private void audio(Frame frame, AudioFormat itsFormat, List<Frame> out) {
        if (format == null) {
            audioEndNs = frame.ptsNs();
        }
        format = itsFormat;
        long frameNs = format.frameDurationNs();
        if (frame.ptsNs() < audioEndNs - frameNs * 3 / 4) {
            overlapping++;
            return;
        }
        // Rounded down, so that it ends before the frame by a quarter of one at most and never reaches into it by more.
        fill(frame.ptsNs() + frameNs / 4, frame.arrivalNs(), out);
        long at = Math.max(0, frame.ptsNs());
        out.add(frame.at(at, at));
        audioEndNs = at + frameNs;
    }

    private void fill(long untilNs, long madeNs, List<Frame> out) {
        while (audioEndNs + format.frameDurationNs() <= untilNs) {
            out.add(new Frame(format, audioEndNs, audioEndNs, true, madeNs, silence.apply(format)));
            audioEndNs += format.frameDurationNs();
            filled++;
        }
    }
}
