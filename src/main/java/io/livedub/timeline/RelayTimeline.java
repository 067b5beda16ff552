package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;

/**
 * The output's timeline of passthrough: a frame goes out as it comes, only its times are moved so that the output starts at 0, and
 * both tracks leave in one order of decoding times. Where the sound has a hole silence takes its place before the picture behind it
 * leaves. While nothing comes, silence follows the clock at a distance, so that players stay; the last picture stays with it.
 *
 * <p>A track has a hole when the other one is further ahead than it usually is, counted in the stream's own time: a network or a machine
 * that stands still for a moment delays both tracks and makes no hole.
 *
 * <p>Thread-safe: frames come on the source's thread, {@link #due} is called by a timer.
 */
public final class RelayTimeline {
    /** How far silence stays behind the live edge: what still arrives in this time finds its place free. */
    static final long SLACK_NS = 1_000_000_000L;
    /**
     * The same where a slate is shown: less, because readers wait for what is behind by this. Of a source that comes back at most as much of its
     * sound is lost.
     */
    static final long SLATE_SLACK_NS = 250_000_000L;
    /**
     * By how much sound may be later than usual before silence takes its place. The tracks come on threads of their own, one of which a busy
     * machine may hold up; sound that comes too late is lost.
     */
    static final long AUDIO_PATIENCE_NS = 400_000_000L;
    /** The same for the picture, which is never lost: less, because sound waits for it. */
    static final long VIDEO_PATIENCE_NS = 200_000_000L;

    /** A first sound within this time is the beginning; in front of a later one there is silence. */
    static final long BEGINNING_NS = 250_000_000L;

    private final SourceClock source;
    private final Function<AudioFormat, byte[]> silence;
    private final Slate slate;
    private final Interleaver interleaver = new Interleaver();
    private Stamps stamps = new Stamps(0);
    private final TrackLag audioLag = new TrackLag();
    private final TrackLag videoLag = new TrackLag();
    private boolean begun;
    /** The source is lost, and no picture of what follows has come yet. */
    private boolean lost;

    private long shiftNs;
    private AudioFormat format;
    /** No frame of the source's own has come: nothing is known of how late its sound usually is. */
    private boolean silentSoFar;

    private long audioEndNs;
    private long newestAudioNs;
    private long newestVideoNs;
    private long filled;
    private long overlapping;

    public RelayTimeline(SourceClock source, Function<AudioFormat, byte[]> silence) {
        this(source, silence, Slate.off());
    }

    /** @param slate shown while a lost source gives nothing; its places are times of the output */
    public RelayTimeline(SourceClock source, Function<AudioFormat, byte[]> silence, Slate slate) {
        this.source = source;
        this.silence = silence;
        this.slate = slate;
    }

    /** Goes on where another process has ended; to be called before the first frame. */
    public synchronized void resume(RelayMark mark) {
        begun = true;
        shiftNs = mark.shiftNs();
        stamps = new Stamps(0, mark.nextVideoNs(), 0);
        audioEndNs = mark.audioEndNs();
        slate.resume(mark.nextVideoNs());
        lost = true;
    }

    /** The source is lost, and its sound was of this format: silence goes with the slate. To be called behind {@link #resume}. */
    public synchronized void resumeSilent(AudioFormat announced) {
        beginsSilent(announced);
    }

    /** The position from which another process can go on; empty before the first frame. */
    public synchronized Optional<RelayMark> mark() {
        return begun ? Optional.of(new RelayMark(shiftNs, stamps.nextVideoNs(), audioEndNs)) : Optional.empty();
    }

    /** Frames to push for those that {@link SourceTimeline#accept} gave, in decode order, with times of the output's timeline. */
    public synchronized List<Frame> accept(List<TimedFrame> frames) {
        List<Frame> out = new ArrayList<>(frames.size());
        if (frames.isEmpty()) {
            return out;
        }
        if (!begun) {
            begun = true;
            source.use();
            shiftNs = -frames.stream().mapToLong(f -> f.frame().dtsNs()).min().orElseThrow();
        }
        for (TimedFrame timed : frames) {
            // Silence of the source's timeline comes when the segments need it, later than the muxer does.
            if (!timed.made()) {
                relay(timed.frame().shift(shiftNs));
            } else if (format == null && timed.frame().format() instanceof AudioFormat announced) {
                beginsSilent(announced);
            }
            release(out);
        }
        return out;
    }

    /** The same for the last frames of a source that was lost: nothing is waited for any more, and a slate may take its place. */
    public synchronized List<Frame> lost(List<TimedFrame> frames) {
        List<Frame> out = last(frames);
        lost = true;
        return out;
    }

    /** The same for the last frames of a source behind which another one goes on at once. */
    public synchronized List<Frame> last(List<TimedFrame> frames) {
        List<Frame> out = accept(frames);
        interleaver.flush(out);
        return out;
    }

    /** Whether the source was lost and pictures of it are still to come. */
    public synchronized boolean awaitsPicture() {
        return lost;
    }

    /** Silence for the time in which nothing came, the slate of a lost source, and what was held; to be called while nothing comes. */
    public synchronized List<Frame> due(long nowNs) {
        List<Frame> out = new ArrayList<>();
        interleaver.flush(out);
        long untilNs = source.timelineNsAt(nowNs) + shiftNs - (slate.isOff() ? SLACK_NS : SLATE_SLACK_NS);
        if (lost) {
            long atNs = slate.nextNs(untilNs);
            while (atNs <= untilNs) {
                interleaver.add(stamps.video(slate.take(atNs, nowNs), atNs));
                atNs = slate.nextNs(untilNs);
            }
        }
        if (format != null) {
            fill(untilNs, nowNs);
        }
        interleaver.flush(out);
        return out;
    }

    /** The frames that are still held back when no more will come. */
    public synchronized List<Frame> rest() {
        List<Frame> out = new ArrayList<>();
        interleaver.flush(out);
        slate.end(false);
        return out;
    }

    /** Silent frames sent where the source had none. */
    public synchronized long filled() {
        return filled;
    }

    /** Audio frames dropped because their time had been filled. */
    public synchronized long overlapping() {
        return overlapping;
    }

    private void relay(Frame frame) {
        if (frame.format() instanceof AudioFormat itsFormat) {
            audio(frame, itsFormat);
        } else if (slate.admits(frame, frame.dtsNs())) {
            lost = false;
            slate.aired(frame, frame.dtsNs());
            Frame stamped = stamps.video(frame, frame.dtsNs());
            videoLag.observe(stamped.dtsNs(), newestAudioNs);
            newestVideoNs = stamped.dtsNs();
            interleaver.add(stamped);
            if (format != null) {
                long usualNs = silentSoFar ? 0 : audioLag.ns();
                fill(newestVideoNs - usualNs - AUDIO_PATIENCE_NS, frame.arrivalNs());
            }
        }
    }

    /** The source's sound was over before the first picture: what was announced is silent from the beginning on. */
    private void beginsSilent(AudioFormat announced) {
        format = announced;
        silentSoFar = true;
        slate.heard(announced);
    }

    private void audio(Frame frame, AudioFormat itsFormat) {
        silentSoFar = false;
        audioLag.observe(frame.ptsNs(), newestVideoNs);
        newestAudioNs = Math.max(newestAudioNs, frame.ptsNs());
        long frameNs = itsFormat.frameDurationNs();
        if (format == null && frame.ptsNs() < BEGINNING_NS) {
            audioEndNs = Math.max(0, frame.ptsNs());
        }
        format = itsFormat;
        slate.heard(itsFormat);
        if (frame.ptsNs() < audioEndNs - frameNs * 3 / 4) {
            overlapping++;
            return;
        }
        // Rounded down, so that it ends before the frame by a quarter of one at most and never reaches into it by more.
        fill(frame.ptsNs() + frameNs / 4, frame.arrivalNs());
        long at = Math.max(0, frame.ptsNs());
        interleaver.add(frame.at(at, at));
        audioEndNs = at + frameNs;
    }

    private void fill(long untilNs, long madeNs) {
        // A hole that is longer than any pause of a running source is left open: silence is not made without bound.
        if (untilNs - audioEndNs > SourceSound.MOST_SILENCE_NS) {
            audioEndNs = untilNs - SourceSound.MOST_SILENCE_NS;
        }
        while (audioEndNs + format.frameDurationNs() <= untilNs) {
            byte[] data = slate.soundAt(format, audioEndNs, silence.apply(format));
            interleaver.add(new Frame(format, audioEndNs, audioEndNs, true, madeNs, data));
            audioEndNs += format.frameDurationNs();
            filled++;
        }
    }

    private void release(List<Frame> out) {
        long videoFromNs = Math.max(newestVideoNs, newestAudioNs - videoLag.ns() - VIDEO_PATIENCE_NS);
        // Filling may have reached into the next frame by a quarter. Without a format nothing is known of the sound.
        long audioFromNs = format == null ? Long.MIN_VALUE : audioEndNs - format.frameDurationNs() / 4;
        interleaver.release(videoFromNs, audioFromNs, out);
    }
}
