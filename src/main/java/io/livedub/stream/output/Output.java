package io.livedub.stream.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.SinkException;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.stream.FrameAdmission;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.Figure;

/**
 * The output of one stream: opened once, pushed to, ended once. A publication that is lost is made anew on the same timeline, as long as its
 * grace allows (contract: continuity). What was due meanwhile is lost; everything before the output goes on and does not notice.
 *
 * <p>Thread-safe.
 */
public final class Output {
    /** Frames that come before both tracks' formats are known and the publication is open; more than these is a defect. */
    private static final int MOST_EARLY = 1024;

    /** What may wait for the server: 10 s of 50 Mbit/s. A server that takes less than comes in loses pictures, not memory of ours. */
    private static final long MOST_BACKLOG = 64L * 1024 * 1024;

    /** A publication that has held for so long was no refusal: servers say no within it. */
    private static final long PROVEN_NS = Duration.ofSeconds(2).toNanos();

    private static final Duration PAUSE = Duration.ofMillis(250);
    /** The contract's gap is the server's absence and a second: longer pauses, as it names them too, would not hold it. */
    private static final int LONGEST_PAUSE = 3;

    /** 0.25 s times two to the power of this: 32 s. */
    private static final int LONGEST_DOUBLING = 7;

    /** Told when the output was lost and is there again. */
    public interface Listener {
        /** @param again how long until the next attempt */
        void lost(String reason, Duration again);

        /**
         * @param away from the loss to the new publication
         * @param missed frames that were due meanwhile and are lost
         */
        void back(Duration away, long missed);
    }

    /** Where the output stands. */
    private sealed interface Standing {}

    private record Unopened(List<Frame> early) implements Standing {}

    private record OnAir(Publication publication, long sinceNs) implements Standing {}

    private record Away(MediaClock.Timer retry) implements Standing {}

    private record Over() implements Standing {}

    /**
     * On which terms it is published.
     *
     * @param atOnce frames leave as they come, in place of each at its time
     * @param grace how long a publication that has held may be lost before it is given up
     * @param comesBack whether one that is lost may be made anew
     * @param othersOnAir whether another output of the stream is on air: as long as one is, this one is never given up
     */
    public record Terms(boolean atOnce, Duration grace, boolean comesBack, BooleanSupplier othersOnAir) {
        Pacing pacing() {
            return atOnce ? Pacing.IMMEDIATE : Pacing.TIMED;
        }
    }

    private final MediaSink sink;
    private final Terms terms;
    private final Pacing pacing;
    private final MediaClock clock;
    private final long graceNs;
    private final Listener listener;
    private final Consumer<StreamFailure> onFailure;
    private final DepartureMeter meter = new DepartureMeter();
    private final GopMemory gop = new GopMemory();

    private Standing standing = new Unopened(new ArrayList<>());
    private Publication last;
    private FrameAdmission admission = new FrameAdmission(MOST_BACKLOG);
    private VideoFormat video;
    private AudioFormat audio;
    private long zeroNs;
    private long lostNs;
    private int attempts;
    private long missed;
    private boolean needsKeyframe;
    private long pushedBytes;
    private long takenBytes;
    private long sentBefore;
    private long droppedBefore;

    /** @param onFailure publishing was refused, or was lost for longer than its grace, and is given up */
    public Output(MediaSink sink, Terms terms, MediaClock clock, Listener listener, Consumer<StreamFailure> onFailure) {
        this.sink = sink;
        this.terms = terms;
        this.pacing = terms.pacing();
        this.clock = clock;
        this.graceNs = terms.grace().toNanos();
        this.listener = listener;
        this.onFailure = onFailure;
    }

    /** @param outputZeroNs clock time of the output's time 0 */
    public synchronized void open(VideoFormat firstVideo, AudioFormat firstAudio, long outputZeroNs) {
        if (!(standing instanceof Unopened unopened)) {
            return;
        }
        video = firstVideo;
        audio = firstAudio;
        zeroNs = outputZeroNs;
        publish();
        unopened.early.forEach(frame -> pass(frame, 0));
    }

    private void publish() {
        Publication publication = sink.open(video, audio, pacing, zeroNs);
        last = publication;
        pushedBytes = 0;
        takenBytes = 0;
        standing = new OnAir(publication, clock.nowNs());
        publication.onDeparture(meter);
        publication.failure().subscribe().with(failure -> failed(publication, failure));
    }

    /** Clock time of the output's time 0; 0 before it is open. */
    public synchronized long zeroNs() {
        return zeroNs;
    }

    public synchronized boolean isOpen() {
        return last != null;
    }

    public synchronized boolean isOnAir() {
        return standing instanceof OnAir;
    }

    /** Opened when a stream runs already: nothing leaves before the first keyframe. */
    public synchronized void beginWithKeyframe() {
        needsKeyframe = true;
    }

    /**
     * Frames that leave together; held while nothing is open yet.
     *
     * @param originNs the clock time of their time 0 when the pacing is timed: where the output's zero will lie is not known before it is
     *     open; immediate frames have times from the zero, and this is 0
     */
    public synchronized void push(List<Frame> frames, long originNs) {
        if (standing instanceof Unopened unopened) {
            if (unopened.early.size() + frames.size() > MOST_EARLY) {
                throw new IllegalStateException(MOST_EARLY + " frames are due and nothing is open");
            }
            frames.forEach(frame -> unopened.early.add(frame.shift(originNs)));
            return;
        }
        frames.forEach(frame -> pass(frame, originNs));
    }

    private void pass(Frame frame, long originNs) {
        Frame placed = pacing == Pacing.TIMED ? frame.shift(originNs - zeroNs) : frame;
        if (placed.dtsNs() < 0) {
            // GStreamer takes a negative time for one in the far future: the track would not air until then.
            placed = placed.at(Math.max(0, placed.ptsNs()), 0);
        }
        learn(placed);
        if (terms.comesBack()) {
            gop.add(placed);
        }
        if (!(standing instanceof OnAir onAir)) {
            missed++;
            return;
        }
        if (needsKeyframe && placed.track() == Track.VIDEO) {
            needsKeyframe = !placed.keyframe();
            if (needsKeyframe) {
                missed++;
                return;
            }
        }
        if (admission.admit(placed, backlog(onAir.publication))) {
            meter.pushed(placed);
            send(onAir.publication, placed);
        }
    }

    private void send(Publication publication, Frame frame) {
        pushedBytes += frame.data().length;
        publication.push(frame);
    }

    /** A publication that begins anew begins with the formats of now. */
    private void learn(Frame frame) {
        if (frame.format() instanceof VideoFormat format) {
            video = format;
        } else if (frame.format() instanceof AudioFormat format) {
            audio = format;
        }
    }

    /** Bytes that were pushed and not taken. What the server has taken is asked only when much seems to wait: it is a call into the sink. */
    private long backlog(Publication publication) {
        if (pushedBytes - takenBytes > MOST_BACKLOG / 4) {
            takenBytes = publication.bytesSent();
        }
        return pushedBytes - takenBytes;
    }

    private void failed(Publication publication, SinkException why) {
        // Asked without the lock, which the other one may hold that asks the same.
        boolean others = terms.othersOnAir().getAsBoolean();
        Duration again;
        synchronized (this) {
            if (!(standing instanceof OnAir onAir) || onAir.publication != publication) {
                return;
            }
            boolean proven = clock.nowNs() - onAir.sinceNs >= PROVEN_NS;
            if (proven) {
                lostNs = clock.nowNs();
                attempts = 0;
                missed = 0;
            }
            // One that never held was refused: the first of all may be for a reason that stays.
            boolean wasOnAir = proven || attempts > 0;
            boolean givenUp = !wasOnAir || clock.nowNs() - lostNs >= graceNs;
            if (givenUp && !others) {
                standing = new Over();
                again = null;
            } else {
                if (!wasOnAir) {
                    lostNs = clock.nowNs();
                }
                sentBefore += publication.bytesSent();
                droppedBefore += admission.dropped();
                admission = new FrameAdmission(MOST_BACKLOG);
                again = givenUp ? longPause(attempts++) : pause(attempts++);
                standing = new Away(clock.schedule(clock.nowNs() + again.toNanos(), this::publishAgain));
            }
        }
        if (again == null) {
            onFailure.accept(new StreamFailure(ExitCode.PUBLISHING, why.getMessage()));
        } else {
            listener.lost(why.getMessage(), again);
        }
    }

    /** At once, then after 0.25, 0.5 and 0.75 s, and each 0.75 s from then on. */
    private static Duration pause(int attempt) {
        return PAUSE.multipliedBy(Math.min(LONGEST_PAUSE, attempt));
    }

    /** Twice as long each time, up to half a minute: who says no will not say yes for being asked often. */
    private static Duration longPause(int attempt) {
        return attempt == 0 ? Duration.ZERO : PAUSE.multipliedBy(1L << Math.min(LONGEST_DOUBLING, attempt));
    }

    private synchronized void publishAgain() {
        if (!(standing instanceof Away)) {
            return;
        }
        publish();
        if (!(standing instanceof OnAir onAir)) {
            return;
        }
        Duration away = Duration.ofNanos(clock.nowNs() - lostNs);
        List<Frame> shown = gop.frames();
        needsKeyframe = shown.isEmpty();
        shown.forEach(frame -> send(onAir.publication, frame));
        clock.schedule(clock.nowNs() + PROVEN_NS, () -> proven(onAir, away));
    }

    private void proven(OnAir expected, Duration away) {
        long lost;
        synchronized (this) {
            if (standing != expected) {
                return;
            }
            attempts = 0;
            lost = missed;
        }
        listener.back(away, lost);
    }

    /** Frames that were dropped because the server takes less than comes in. */
    public synchronized long dropped() {
        return droppedBefore + admission.dropped();
    }

    /** Payload bytes that servers have taken so far. */
    public long bytesSent() {
        Publication current;
        long before;
        synchronized (this) {
            current = standing instanceof Away ? null : last;
            before = sentBefore;
        }
        return before + (current == null ? 0 : current.bytesSent());
    }

    /** What has gone out so far. Asks the sink. */
    public Map<Figure, Long> figures() {
        return Map.of(
                Figure.OUTPUT_VIDEO_FRAMES, meter.pushed(Track.VIDEO),
                Figure.OUTPUT_AUDIO_FRAMES, meter.pushed(Track.AUDIO),
                Figure.OUTPUT_BYTES, bytesSent());
    }

    public DepartureMeter meter() {
        return meter;
    }

    /** After the last pushed frame has left. */
    public Uni<Void> end(Duration limit) {
        Publication publication = over();
        return publication == null ? Uni.createFrom().voidItem() : publication.end(limit);
    }

    public void close() {
        Publication publication = over();
        if (publication != null) {
            publication.close();
        }
    }

    /** @return what is still to be ended; null when nothing is published */
    private synchronized Publication over() {
        if (standing instanceof Away away) {
            away.retry.cancel();
            last = null;
        }
        standing = new Over();
        return last;
    }
}
