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
    private long zeroNs;
    private boolean ended;

    /** Frames that come before both tracks' formats are known and the publication is open; more than these is a defect. */
    private static final int MOST_EARLY = 1024;

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
        early.forEach(this::pass);
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
     * @param frame held while nothing is open yet. Timed: with clock times, for where the zero will lie is not known before; immediate:
     *     with times from the zero
     */
    synchronized void push(Frame frame) {
        if (publication != null) {
            pass(frame);
        } else if (early.size() == MOST_EARLY) {
            throw new IllegalStateException(MOST_EARLY + " frames are due and nothing is open");
        } else {
            early.add(frame);
        }
    }

    private void pass(Frame frame) {
        Frame placed = pacing == Pacing.TIMED ? frame.shift(-zeroNs) : frame;
        meter.pushed(placed);
        publication.push(placed);
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
