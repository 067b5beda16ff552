package io.livedub.timeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;

/**
 * What airs, and when: pieces of the stream's timeline are offered whole, the pictures with the sound of each language; frames come out when
 * they are due, stamped for the output. An instant {@code t} airs at {@code source clock(t) + delay}, in all languages, and a picture has
 * the same time stamp in all: a player can be switched from one to another.
 *
 * <p>Nothing is ever late for a player: where a piece is missing at its time, silence goes out and the last picture stays; the
 * piece that comes too late then airs from there on, and the delay it added is worked off again.
 *
 * <p>The delay follows its target at most by 1 %: the times of the pictures are stretched or pressed together, and the audio
 * follows by whole frames, silent ones put in or real ones left out. That happens at the joint of two pieces or beside silence;
 * inside a piece only where sound and picture would otherwise part by a whole frame (rejected: joints alone. At 1 % six seconds
 * need three frames, which is 64 ms of error at once). The delay itself changes by whole frames, or the rest would stay between sound and picture.
 *
 * <p>Thread-safe.
 */
public final class OutputTimeline {
    /** A hole whose end is unknown is filled no further ahead than this: what fills it may still come. */
    static final long FILL_AHEAD_NS = 100_000_000L;
    /** Two minutes of 60 pictures and 94 AAC frames a second; what is offered beyond it is refused. */
    static final int MOST_QUEUED = 20_000;

    private final SourceClock source;
    private final Function<AudioFormat, byte[]> silence;
    private final Slew slew = new Slew();
    private final Slate slate;
    private final OutputPictures video;
    private final OutputSounds sounds = new OutputSounds();
    private Stamps stamps = new Stamps(0);

    private long delayNs;
    private boolean begun;
    private boolean ended;
    private long offeredEndNs;
    private long soundFromNs;
    private long refused;
    private long stopNs = Long.MAX_VALUE;
    private Frame stop;
    private long lateNs;

    /**
     * @param source when an instant of the timeline happened
     * @param delayNs how long after that it airs: segment duration + offset
     * @param silence one raw AAC frame of silence for a format; must not block
     */
    public OutputTimeline(SourceClock source, long delayNs, Function<AudioFormat, byte[]> silence) {
        this(source, delayNs, silence, Slate.off());
    }

    /** @param slate shown while nothing of a lost source is left; its places are clock times */
    public OutputTimeline(SourceClock source, long delayNs, Function<AudioFormat, byte[]> silence, Slate slate) {
        this.source = source;
        this.delayNs = delayNs;
        this.silence = silence;
        this.slate = slate;
        this.video = new OutputPictures(slew, slate);
    }

    /** The source is lost. @param endNs where its pictures and sound end on the stream's timeline: what comes behind begins with a keyframe */
    public synchronized void sourceLost(long endNs) {
        video.sourceLost(endNs);
    }

    /** Goes on where another process has ended; to be called before the first piece. The delay's target stays this timeline's own. */
    public synchronized void resume(AirMark mark) {
        begun = true;
        slew.start(mark.offsetNs(), mark.positionNs());
        stamps = new Stamps(mark.zeroAirNs(), mark.nextVideoNs(), 0);
        soundFromNs = mark.nextAudioNs();
        slate.resume(mark.zeroAirNs() + mark.nextVideoNs());
    }

    /** The position from which another process can go on; empty before the first piece. */
    public synchronized Optional<AirMark> mark() {
        return begun
                ? Optional.of(new AirMark(
                        stamps.zeroAirNs(),
                        delayNs,
                        slew.offset(),
                        slew.position(),
                        stamps.nextVideoNs(),
                        Math.max(soundFromNs, sounds.nextStampNs())))
                : Optional.empty();
    }

    /**
     * Hands over a piece, in the order of the timeline. Times on the stream's timeline; video in decode order.
     *
     * @param audioFrames the sound of each language. A language that was not in the piece before begins with this piece; a language that is not in it has
     *     ended with the piece before.
     * @return false when the queue is at its bound and the piece was refused
     */
    public synchronized boolean offer(
            long t0Ns, long endNs, List<Frame> videoFrames, Map<String, List<Frame>> audioFrames) {
        int most = audioFrames.values().stream().mapToInt(List::size).max().orElse(0);
        if (ended || queued() + videoFrames.size() + most > MOST_QUEUED) {
            refused += videoFrames.size() + most;
            return false;
        }
        if (videoFrames.isEmpty() && most == 0) {
            return true;
        }
        if (!begun) {
            begin(t0Ns, videoFrames, audioFrames);
        } else {
            makeRoom(t0Ns);
        }
        List<OutputSound> languages = sounds.offer(audioFrames, begins -> sound(t0Ns));
        video.add(t0Ns, videoFrames, languages);
        offeredEndNs = Math.max(offeredEndNs, endNs);
        return true;
    }

    private OutputSound sound(long t0Ns) {
        long offsetNs = slew.expected(t0Ns, sounds.reachableNs(slew, source.startNs() + delayNs));
        return new OutputSound(slew, t0Ns, offsetNs, new Stamps(stamps.zeroAirNs(), 0, soundFromNs), silence, slate);
    }

    /**
     * Puts other sound in the place of the last audio frames that were offered of a language, all of them or none.
     *
     * @param frames at the times of those that they replace
     * @return false when one of those has already gone out
     */
    public synchronized boolean replaceLast(String language, List<Frame> frames) {
        return sounds.of(language).map(sound -> sound.replaceLast(frames)).orElse(false);
    }

    /**
     * Frames that air until {@code nowNs + leadNs}: for each language pictures and sound in the order of their decoding times, stamped on the
     * output's timeline, whose 0 is {@link #zeroAirNs()}. A language is not in it when nothing of it is due.
     */
    public synchronized Map<String, List<Frame>> due(long nowNs, long leadNs) {
        if (!begun) {
            return Map.of();
        }
        slew.target(sounds.reachableNs(slew, source.startNs() + delayNs));
        long horizonNs = Math.min(nowNs + leadNs, stopAirNs() - 1);
        while (emitNext(nowNs, leadNs, horizonNs)) {
            // One frame after the other, in the order of the times at which they air.
        }
        return sounds.takeDue();
    }

    /**
     * Another process is to go on: the first keyframe that airs no sooner than {@code fromNs}, else the first picture, and nothing that airs
     * behind it comes out any more. Without a picture it is that instant.
     */
    public synchronized void stopBehind(long fromNs) {
        stopNs = fromNs;
        stop = video.stop(fromNs).orElse(null);
    }

    /** Whether all that is to come out before the stop has. */
    public synchronized boolean isStopped(long nowNs, long leadNs) {
        return nowNs + leadNs >= stopAirNs();
    }

    /** By language, up to where on the timeline its sound has come out. */
    public synchronized Map<String, Long> soundEndNs() {
        return sounds.endNs();
    }

    private long stopAirNs() {
        return stop == null ? stopNs : slew.videoAt(stop.dtsNs());
    }

    private boolean emitNext(long nowNs, long leadNs, long horizonNs) {
        Optional<OutputSound> next = sounds.next(nowNs, leadNs, offeredEndNs);
        long soundAirNs =
                next.map(sound -> sound.nextAirNs(nowNs, leadNs, offeredEndNs)).orElse(Long.MAX_VALUE);
        long pictureAirNs = video.nextAirNs(nowNs, leadNs, ended);
        if (Math.min(pictureAirNs, soundAirNs) > horizonNs) {
            return false;
        }
        if (pictureAirNs <= soundAirNs) {
            video.emit(pictureAirNs, stamps, sounds.all(), latencyNs());
        } else {
            next.orElseThrow().emit(nowNs, offeredEndNs);
        }
        return true;
    }

    /** No more pieces will come: what is held airs, and then nothing is filled. */
    public synchronized void end() {
        ended = true;
        sounds.end();
        if (video.isEmpty()) {
            slate.end(false);
        }
    }

    /** Whether no frame waits to air. */
    public synchronized boolean empty() {
        return queued() == 0;
    }

    /** Whether all of a language has come out that is to; {@code more}: whether pieces may come that have it. It is forgotten then. */
    public synchronized boolean isOver(String language, boolean more) {
        Optional<OutputSound> sound = sounds.of(language);
        if (sound.isEmpty()) {
            return true;
        }
        boolean over = !ended && sound.get().hasEnded(more) && !video.hasAnyOf(sound.get());
        if (over) {
            sounds.forget(language);
        }
        return over;
    }

    /** Bytes of what waits to air. */
    public synchronized long heldBytes() {
        return video.bytes() + sounds.queuedBytes();
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
        return timelineNs + (begun ? slew.expected(timelineNs, sounds.reachableNs(slew, target)) : target);
    }

    /** Changes the delay to slew to, ns. Before the first piece it takes effect at once. */
    public synchronized void delay(long newDelayNs) {
        delayNs = newDelayNs;
    }

    /** The figures of a language. Before it has begun, all except the latency are 0. */
    public synchronized OutputFigures figures(String language) {
        Optional<OutputSound> sound = sounds.of(language);
        return new OutputFigures(
                latencyNs(),
                of(sound, its -> its.slew().errorNs()),
                of(sound, its -> its.slew().inserted()),
                of(sound, its -> its.slew().dropped()),
                of(sound, OutputSound::filled),
                of(sound, OutputSound::overlapping),
                refused + video.dropped(),
                lateNs,
                video.size() + (int) of(sound, OutputSound::queued));
    }

    private static long of(Optional<OutputSound> sound, ToLongFunction<OutputSound> figure) {
        return sound.isPresent() ? figure.applyAsLong(sound.get()) : 0;
    }

    /** Source frame in to the same frame on air, ns. */
    public synchronized long latencyNs() {
        return begun ? slew.offset() - source.startNs() : delayNs;
    }

    /** Frames that wait: pictures and those of the language of which most wait. */
    public synchronized int queued() {
        return video.size() + sounds.queued();
    }

    private void begin(long t0Ns, List<Frame> videoFrames, Map<String, List<Frame>> audioFrames) {
        begun = true;
        source.use();
        slew.start(source.startNs() + delayNs, t0Ns);
        // Before the zero lie the reorder depth of B-frames and an AAC frame that straddles it; output times
        // start at 0.
        long first = Stream.concat(
                        videoFrames.stream(), audioFrames.values().stream().flatMap(List::stream))
                .mapToLong(Frame::dtsNs)
                .reduce(t0Ns, Math::min);
        stamps = new Stamps(slew.videoAt(first));
    }

    /** Silence went out in the place of a late piece. Moves the piece behind that silence, its pictures and all languages alike. */
    private void makeRoom(long t0Ns) {
        long late = sounds.lateNs(t0Ns);
        if (late > 0) {
            lateNs += late;
            slew.postpone(sounds.makeRoom(t0Ns), t0Ns);
        }
    }
}
