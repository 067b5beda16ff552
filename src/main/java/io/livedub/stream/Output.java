package io.livedub.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.VideoFormat;

/** The publication of one stream: opened once, pushed to, ended once. Thread-safe. */
final class Output {
    private final MediaSink sink;
    private final Pacing pacing;
    private final Consumer<StreamFailure> onFailure;
    private final DepartureMeter meter = new DepartureMeter();

    private final List<Frame> early = new ArrayList<>();
    private Publication publication;
    private final Admission admission = new Admission(MOST_BACKLOG);
    private long zeroNs;
    private boolean ended;
    private long pushedBytes;
    private long takenBytes;

    /** Frames that come before both tracks' formats are known and the publication is open; more than these is a defect. */
    private static final int MOST_EARLY = 1024;

    /** What may wait for the server: 10 s of 50 Mbit/s. A server that takes less than comes in loses pictures, not memory of ours. */
    private static final long MOST_BACKLOG = 64L * 1024 * 1024;

    /** @param onFailure publishing was refused or lost */
    Output(MediaSink sink, Pacing pacing, Consumer<StreamFailure> onFailure) {
        this.sink = sink;
        this.pacing = pacing;
        this.onFailure = onFailure;
    }

    /** @param outputZeroNs clock time of the publication's time 0 */
    synchronized void open(VideoFormat video, AudioFormat audio, long outputZeroNs) {
        if (publication != null || ended) {
            return;
        }
        zeroNs = outputZeroNs;
        publication = sink.open(video, audio, pacing, outputZeroNs);
        publication.onDeparture(meter);
        publication
                .failure()
                .subscribe()
                .with(failure -> onFailure.accept(new StreamFailure(ExitCode.PUBLISHING, failure.getMessage())));
        early.forEach(frame -> pass(frame, 0));
        early.clear();
    }

    /** Clock time of the publication's time 0; 0 before it is open. */
    synchronized long zeroNs() {
        return zeroNs;
    }

    synchronized boolean isOpen() {
        return publication != null;
    }

    /**
     * Frames that leave together; held while nothing is open yet.
     *
     * @param originNs the clock time of their time 0 when the pacing is timed: where the publication's zero will lie is not known before it is
     *     open; immediate frames have times from the zero, and this is 0
     */
    synchronized void push(List<Frame> frames, long originNs) {
        if (publication == null && early.size() + frames.size() > MOST_EARLY) {
            throw new IllegalStateException(MOST_EARLY + " frames are due and nothing is open");
        }
        for (Frame frame : frames) {
            if (publication == null) {
                early.add(frame.shift(originNs));
            } else {
                pass(frame, originNs);
            }
        }
    }

    private void pass(Frame frame, long originNs) {
        Frame placed = pacing == Pacing.TIMED ? frame.shift(originNs - zeroNs) : frame;
        if (placed.dtsNs() < 0) {
            // GStreamer takes a negative time for one in the far future: the track would not air until then.
            placed = placed.at(Math.max(0, placed.ptsNs()), 0);
        }
        if (!admission.admit(placed, backlog())) {
            return;
        }
        pushedBytes += placed.data().length;
        meter.pushed(placed);
        publication.push(placed);
    }

    /** Bytes that were pushed and not taken. What the server has taken is asked only when much seems to wait: it is a call into the sink. */
    private long backlog() {
        if (pushedBytes - takenBytes > MOST_BACKLOG / 4) {
            takenBytes = publication.bytesSent();
        }
        return pushedBytes - takenBytes;
    }

    /** Frames that were dropped because the server takes less than comes in. */
    long dropped() {
        return admission.dropped();
    }

    /** Payload bytes that the server has taken so far. */
    long bytesSent() {
        Publication current;
        synchronized (this) {
            current = publication;
        }
        return current == null ? 0 : current.bytesSent();
    }

    DepartureMeter meter() {
        return meter;
    }

    /** After the last pushed frame has left. */
    Uni<Void> end(Duration limit) {
        Publication last;
        synchronized (this) {
            ended = true;
            last = publication;
        }
        return last == null ? Uni.createFrom().voidItem() : last.end(limit);
    }

    void close() {
        Publication last;
        synchronized (this) {
            ended = true;
            last = publication;
        }
        if (last != null) {
            last.close();
        }
    }
}
