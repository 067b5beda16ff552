package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;

/**
 * What airs, and when: pieces of the stream's timeline are offered whole, frames come out when they are due, stamped for the
 * output. An instant {@code t} airs at {@code source clock(t) + delay}.
 *
 * <p>Nothing is ever late for a player: where a piece is missing at its time, silence goes out and the last picture stays; the
 * piece that comes too late then airs from there on, and the delay it added is worked off again.
 *
 * <p>The delay follows its target at most by 1 %: the times of the pictures are stretched or pressed together, and the audio
 * follows by whole frames, silent ones put in or real ones left out. That happens at the joint of two pieces or beside silence;
 * inside a piece only where sound and picture would otherwise part by a whole frame (rejected: joints alone. At 1 % six seconds
 * need three frames, which is 64 ms of error at once).
 *
 * <p>Thread-safe.
 */
public final class OutputTimeline {
    /** A hole whose end is unknown is filled no further ahead than this: what fills it may still come. */
    static final long FILL_AHEAD_NS = 100_000_000L;
    /** Two minutes of 60 pictures and 94 AAC frames a second; what is offered beyond it is refused. */
    static final int MOST_QUEUED = 20_000;

    private record Item(Frame frame, boolean joint) {}

    private final SourceClock source;
    private final Function<AudioFormat, byte[]> silence;
    private final Slew slew = new Slew();
    private final Deque<Item> video = new ArrayDeque<>();
    private final Deque<Item> audio = new ArrayDeque<>();

    private long delayNs;
    private boolean begun;
    private boolean ended;
    private AudioFormat format;
    private long queuedBytes;
    private long audioEndNs;
    private long offeredEndNs;
    private boolean filledBlindly;
    private final Stamps stamps = new Stamps();

    private long filled;
    private long overlapping;
    private long refused;
    private long lateNs;

    /**
     * @param source when an instant of the timeline happened
     * @param delayNs how long after that it airs: segment duration + offset
     * @param silence one raw AAC frame of silence for a format; must not block
     */
    public OutputTimeline(SourceClock source, long delayNs, Function<AudioFormat, byte[]> silence) {
        this.source = source;
        this.delayNs = delayNs;
        this.silence = silence;
    }

    /**
     * Hands over a piece, in the order of the timeline. Times on the stream's timeline; video in decode order.
     *
     * @return false when the queue is at its bound and the piece was refused
     */
    public synchronized boolean offer(long t0Ns, long endNs, List<Frame> videoFrames, List<Frame> audioFrames) {
        if (ended || video.size() + audio.size() + videoFrames.size() + audioFrames.size() > MOST_QUEUED) {
            refused += videoFrames.size() + audioFrames.size();
            return false;
        }
        if (videoFrames.isEmpty() && audioFrames.isEmpty()) {
            return true;
        }
        if (!begun) {
            begin(t0Ns, videoFrames, audioFrames);
        } else if (filledBlindly && t0Ns < audioEndNs) {
            makeRoom(t0Ns);
        }
        filledBlindly = false;
        add(video, videoFrames);
        add(audio, audioFrames);
        offeredEndNs = Math.max(offeredEndNs, endNs);
        return true;
    }

    /**
     * Puts other sound in the place of the last audio frames that were offered, all of them or none.
     *
     * @param frames at the times of those that they replace
     * @return false when one of those has already gone out
     */
    public synchronized boolean replaceLast(List<Frame> frames) {
        Deque<Item> taken = new ArrayDeque<>();
        boolean there = audio.size() >= frames.size();
        for (int i = frames.size() - 1; there && i >= 0; i--) {
            taken.push(audio.removeLast());
            there = taken.peek().frame.ptsNs() == frames.get(i).ptsNs();
        }
        for (int i = 0; there && i < frames.size(); i++) {
            Item old = taken.pop();
            queuedBytes += frames.get(i).data().length - old.frame.data().length;
            audio.add(new Item(frames.get(i), old.joint));
        }
        audio.addAll(taken);
        return there;
    }

    /**
     * Frames that air until {@code nowNs + leadNs}, both tracks in the order of their decoding times, stamped on the output's
     * timeline, whose 0 is {@link #zeroAirNs()}.
     */
    public synchronized List<Frame> due(long nowNs, long leadNs) {
        List<Frame> out = new ArrayList<>();
        if (!begun) {
            return out;
        }
        slew.target(source.startNs() + delayNs);
        long horizonNs = nowNs + leadNs;
        while (true) {
            long videoAir = video.isEmpty()
                    ? Long.MAX_VALUE
                    : slew.videoAt(video.peek().frame.dtsNs());
            long audioAir = nextAudioAirNs(nowNs, leadNs);
            if (Math.min(videoAir, audioAir) > horizonNs) {
                return out;
            }
            if (videoAir <= audioAir) {
                emitVideo(out);
            } else {
                emitAudio(nowNs, out);
            }
        }
    }

    /** No more pieces will come: what is held airs, and then nothing is filled. */
    public synchronized void end() {
        ended = true;
    }

    /** Nothing is waiting to air. */
    public synchronized boolean empty() {
        return video.isEmpty() && audio.isEmpty();
    }

    /** Bytes of what waits to air. */
    public synchronized long heldBytes() {
        return queuedBytes;
    }

    /** Whether a piece was offered, so that {@link #zeroAirNs()} is known. */
    public synchronized boolean begun() {
        return begun;
    }

    /** The clock time at which output time 0 airs; constant from the first offer on. */
    public synchronized long zeroAirNs() {
        return stamps.zeroAirNs();
    }

    /** When an instant that has not aired yet will, if nothing is late: with the slew that is under way. The base of deadlines. */
    public synchronized long airNsOf(long timelineNs) {
        long target = source.startNs() + delayNs;
        return begun ? timelineNs + slew.expected(timelineNs, target) : timelineNs + target;
    }

    /** Changes the delay to slew to, ns. Before the first piece it takes effect at once. */
    public synchronized void delay(long newDelayNs) {
        delayNs = newDelayNs;
    }

    public synchronized OutputFigures figures() {
        long latency = begun ? slew.offset() - source.startNs() : delayNs;
        return new OutputFigures(
                latency,
                slew.audioError(),
                slew.inserted(),
                slew.dropped(),
                filled,
                overlapping,
                refused,
                lateNs,
                video.size() + audio.size());
    }

    private void begin(long t0Ns, List<Frame> videoFrames, List<Frame> audioFrames) {
        begun = true;
        slew.start(source.startNs() + delayNs, t0Ns);
        long first = t0Ns;
        // Before the zero lie the reorder depth of B-frames and an AAC frame that straddles it; output times start at
        // 0.
        for (Frame frame : videoFrames) {
            first = Math.min(first, frame.dtsNs());
        }
        if (!audioFrames.isEmpty()) {
            first = Math.min(first, audioFrames.get(0).ptsNs());
        }
        stamps.zero(slew.videoAt(first));
        audioEndNs = t0Ns;
        format = null;
    }

    /** What is offered lies where silence went out: it airs behind it, both tracks alike. */
    private void makeRoom(long t0Ns) {
        long late = audioEndNs - t0Ns;
        lateNs += late;
        slew.postpone(late, t0Ns);
        audioEndNs = t0Ns;
    }

    private void add(Deque<Item> queue, List<Frame> frames) {
        boolean joint = true;
        for (Frame frame : frames) {
            queue.add(new Item(frame, joint));
            queuedBytes += frame.data().length;
            joint = false;
        }
    }

    private Frame take(Deque<Item> queue) {
        Frame taken = queue.remove().frame;
        queuedBytes -= taken.data().length;
        return taken;
    }

    private long nextAudioAirNs(long nowNs, long leadNs) {
        if (!audio.isEmpty()) {
            return format == null
                    ? slew.audioAt(audio.peek().frame.ptsNs())
                    : slew.audioAt(Math.min(audioEndNs, audio.peek().frame.ptsNs()));
        }
        if (ended || format == null) {
            return Long.MAX_VALUE;
        }
        long air = slew.audioAt(audioEndNs);
        // With pictures offered beyond it the hole is known to be one; without, its piece may still come in time.
        boolean known = audioEndNs + format.frameDurationNs() <= offeredEndNs;
        return known || air <= nowNs + Math.min(leadNs, FILL_AHEAD_NS) ? air : Long.MAX_VALUE;
    }

    private void emitVideo(List<Frame> out) {
        Frame frame = take(video);
        slew.advance(frame.dtsNs());
        out.add(stamps.video(frame, slew.videoAt(frame.dtsNs())));
    }

    private void emitAudio(long nowNs, List<Frame> out) {
        Item item = audio.peek();
        if (item == null) {
            filledBlindly |= audioEndNs + format.frameDurationNs() > offeredEndNs;
            fill(nowNs, out);
            return;
        }
        Frame frame = item.frame;
        AudioFormat itsFormat = (AudioFormat) frame.format();
        if (format == null) {
            audioEndNs = frame.ptsNs();
        }
        format = itsFormat;
        long frameNs = itsFormat.frameDurationNs();
        long gap = frame.ptsNs() - audioEndNs;
        if (gap > frameNs * 3 / 4) {
            fill(nowNs, out);
            return;
        }
        if (gap < -frameNs * 3 / 4) {
            take(audio);
            overlapping++;
            return;
        }
        slew.advance(frame.ptsNs());
        boolean good = item.joint || Arrays.equals(frame.data(), silence.apply(itsFormat));
        switch (slew.audioStep(frameNs, good)) {
            case INSERT -> out.add(stamps.audio(silentFrame(nowNs), slew.audioAt(frame.ptsNs()) - frameNs));
            case DROP -> {
                take(audio);
                audioEndNs = frame.ptsNs() + frameNs;
            }
            default -> {
                take(audio);
                out.add(stamps.audio(frame, slew.audioAt(frame.ptsNs())));
                audioEndNs = frame.ptsNs() + frameNs;
            }
        }
    }

    private void fill(long nowNs, List<Frame> out) {
        filled++;
        slew.advance(audioEndNs);
        out.add(stamps.audio(silentFrame(nowNs), slew.audioAt(audioEndNs)));
        audioEndNs += format.frameDurationNs();
    }

    private Frame silentFrame(long nowNs) {
        return new Frame(format, 0, 0, true, nowNs, silence.apply(format));
    }
}
