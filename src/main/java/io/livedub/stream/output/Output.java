package io.livedub.stream.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.output.OutputStanding.Away;
import io.livedub.stream.output.OutputStanding.OnAir;
import io.livedub.stream.output.OutputStanding.OutputOver;
import io.livedub.stream.output.OutputStanding.Unopened;

/**
 * The output of one stream: opened once, pushed to, ended once. A publication that is lost is made anew on the same timeline, as long as its
 * grace allows (contract: continuity). Frames that were due meanwhile are lost; everything before the output goes on and does not notice.
 *
 * <p>Thread-safe.
 */
public final class Output {
    /** Frames that come before both tracks' formats are known and the publication is open; more than these is a defect. */
    private static final int MOST_EARLY = 1024;

    private final MediaSink sink;
    private final OutputTerms terms;
    private final MediaClock clock;
    private final RepublishPolicy policy;
    private final OutputListener listener;
    private final Consumer<StreamFailure> onFailure;
    private final DepartureMeter meter = new DepartureMeter();
    private final PublicationTotals totals = new PublicationTotals(meter);
    private final GopMemory gop = new GopMemory();
    private final SoundWatch sound;

    private OutputStanding standing = new Unopened(new ArrayList<>());
    /** Null before the first one is open, and after an end while none is. */
    private CountedPublication last;

    private long zeroNs;
    private long missed;
    private boolean needsKeyframe;
    private boolean goesOn;

    /** @param onFailure publishing was refused, or was lost for longer than its grace, and is given up */
    public Output(
            MediaSink sink,
            OutputTerms terms,
            MediaClock clock,
            OutputListener listener,
            Consumer<StreamFailure> onFailure) {
        this.sink = sink;
        this.terms = terms;
        this.clock = clock;
        this.policy = new RepublishPolicy(terms.grace());
        this.listener = listener;
        this.onFailure = onFailure;
        this.sound = new SoundWatch(new ServedSound(terms.asViewer(), clock), clock, listener);
    }

    /** @param outputZeroNs clock time of the output's time 0 */
    public synchronized void open(VideoFormat firstVideo, AudioFormat firstAudio, long outputZeroNs) {
        if (!(standing instanceof Unopened unopened)) {
            return;
        }
        sound.begin(firstVideo, firstAudio);
        zeroNs = outputZeroNs;
        publish();
        unopened.early().forEach(frame -> pass(frame, 0));
    }

    private void publish() {
        Publication prepared = sink.prepare(sound.video(), sound.announce(), terms.pacing(), zeroNs);
        Publication publication = goesOn ? new AwaitedPublication(prepared, clock) : prepared;
        goesOn = true;
        CountedPublication counted = new CountedPublication(publication, clock.nowNs());
        last = counted;
        totals.begins(counted);
        standing = new OnAir(counted);
        publication.onDeparture(meter);
        publication.begin();
        publication.accepted().subscribe().with(yes -> counted.accepted());
        publication.failure().subscribe().with(failure -> failed(publication, failure));
    }

    public synchronized boolean isOpen() {
        return last != null;
    }

    /** Also while it is lost and still has the time to come back: another output's failure must not end the stream then. */
    public synchronized boolean isOnAir() {
        return standing instanceof OnAir || standing instanceof Away && policy.mayReturn(clock.nowNs());
    }

    /** Opened when a stream runs already: nothing leaves before the first keyframe. */
    public synchronized void beginWithKeyframe() {
        needsKeyframe = true;
    }

    /** To be said before it is open: another process has published here until now. */
    public synchronized void goOn() {
        goesOn = true;
        policy.goesOn(clock.nowNs());
    }

    /**
     * Frames that leave together; held while nothing is open yet.
     *
     * @param originNs the clock time of their time 0 when the pacing is timed: where the output's zero will lie is not known before it is
     *     open; immediate frames have times from the zero, and this is 0
     */
    public synchronized void push(List<Frame> frames, long originNs) {
        if (standing instanceof Unopened unopened) {
            if (unopened.early().size() + frames.size() > MOST_EARLY) {
                unopened.early().clear();
                needsKeyframe = true;
                throw new IllegalStateException(MOST_EARLY + " frames are due and nothing is open");
            }
            frames.forEach(frame -> unopened.early().add(frame.shift(originNs)));
            return;
        }
        frames.forEach(frame -> pass(frame, originNs));
    }

    private void pass(Frame frame, long originNs) {
        Frame placed = terms.pacing() == Pacing.TIMED ? frame.shift(originNs - zeroNs) : frame;
        if (placed.dtsNs() < 0) {
            // GStreamer takes a negative time for one in the far future: the track would not air until then.
            placed = placed.at(Math.max(0, placed.ptsNs()), 0);
        }
        sound.pass(placed);
        boolean isKeyframe = placed.track() == Track.VIDEO && placed.keyframe();
        if (isKeyframe && sound.renews() && standing instanceof OnAir onAir) {
            renew(onAir);
        }
        if (terms.comesBack() || policy.isRenewal()) {
            gop.add(placed);
        }
        if (!(standing instanceof OnAir onAir)) {
            missed++;
            return;
        }
        if (needsKeyframe && placed.track() == Track.VIDEO) {
            needsKeyframe = !isKeyframe;
            if (needsKeyframe) {
                missed++;
                return;
            }
        }
        if (onAir.counted().admits(placed)) {
            meter.pushed(placed);
            onAir.counted().push(placed);
        }
    }

    /** Ends a publication whose sound the server does not follow. The next one begins with the keyframe that comes now, and announces the sound of now. */
    private void renew(OnAir onAir) {
        missed = 0;
        sound.held();
        gop.forget();
        policy.renews(clock.nowNs());
        totals.ends();
        standing = new Away(() -> {});
        Uni<Void> end = onAir.counted().publication().end(RepublishPolicy.HANDED_ON);
        end.subscribe().with(ended -> publishAgain(), failure -> publishAgain());
    }

    private void failed(Publication publication, SinkException why) {
        // Asked without the lock, which the other one may hold that asks the same.
        boolean others = terms.othersOnAir().getAsBoolean();
        Optional<Duration> again;
        synchronized (this) {
            if (!(standing instanceof OnAir onAir) || onAir.counted().publication() != publication) {
                return;
            }
            again = lost(onAir.counted(), others);
        }
        if (again.isPresent()) {
            listener.lost(why.getMessage(), again.get());
        } else {
            onFailure.accept(new StreamFailure(ExitCode.PUBLISHING, why.getMessage()));
        }
    }

    /** A defect of this program has interrupted it: it is published anew, as after a loss. @return false when it was lost or over before */
    public boolean interrupt(Throwable defect) {
        Publication interrupted;
        synchronized (this) {
            if (!(standing instanceof OnAir onAir)) {
                return standing instanceof Unopened;
            }
            interrupted = onAir.counted().publication();
        }
        failed(interrupted, new SinkException("internal error: " + defect));
        interrupted.close();
        return true;
    }

    /** With the lock held. */
    private Optional<Duration> lost(CountedPublication failed, boolean others) {
        long nowNs = clock.nowNs();
        if (RepublishPolicy.isProven(failed.sinceNs(), nowNs)) {
            missed = 0;
            sound.held();
        } else if (failed.isAccepted()) {
            sound.refused();
        }
        missed += failed.untaken();
        Optional<Duration> again = policy.failed(failed.sinceNs(), nowNs, others);
        if (again.isEmpty()) {
            standing = new OutputOver();
        } else {
            totals.ends();
            standing = new Away(clock.schedule(nowNs + again.get().toNanos(), this::publishAgain));
        }
        return again;
    }

    private synchronized void publishAgain() {
        if (!(standing instanceof Away)) {
            return;
        }
        publish();
        if (!(standing instanceof OnAir onAir)) {
            return;
        }
        Duration away = policy.away(clock.nowNs());
        List<Frame> shown = gop.frames();
        if (policy.isRenewal()) {
            missed = Math.max(0, missed - shown.size());
        }
        needsKeyframe = shown.isEmpty();
        shown.forEach(onAir.counted()::repeat);
        clock.schedule(clock.nowNs() + RepublishPolicy.PROVEN_NS, () -> proven(onAir, away));
    }

    private void proven(OnAir expected, Duration away) {
        long lost;
        synchronized (this) {
            if (standing != expected) {
                return;
            }
            policy.proven();
            lost = missed;
        }
        listener.back(away, lost);
    }

    /** What all of its publications have sent and dropped. */
    public PublicationTotals totals() {
        return totals;
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
            away.retry().cancel();
            last = null;
        }
        standing = new OutputOver();
        return last == null ? null : last.publication();
    }
}
