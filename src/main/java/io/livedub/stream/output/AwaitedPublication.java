package io.livedub.stream.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.smallrye.mutiny.Uni;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.SinkException;

/**
 * A publication that goes on where another one has ended. A server such as MediaMTX sends its readers away with the one that ends, and those
 * who are not back when the first picture leaves wait for the next keyframe, a GOP long. So the first frames wait a moment here. Thread-safe.
 */
final class AwaitedPublication implements Publication {
    /** A reader who asks again ten times a second connects within it. Counts from when the server has let it publish. */
    static final Duration READERS_COME_BACK = Duration.ofMillis(300);
    /** A server that has not by then is left to the publication, which notices one that takes nothing by what it was given. */
    static final Duration ACCEPTED_WITHIN = Duration.ofSeconds(3);

    private final Publication publication;
    private final MediaClock clock;
    /** Whether it does not begin before it is admitted. */
    private final boolean heldBack;
    /** Null when nothing waits any more. */
    private List<Frame> waiting = new ArrayList<>();
    /** What was thrown when that was pushed; null: nothing. */
    private Throwable defect;

    AwaitedPublication(Publication publication, MediaClock clock) {
        this(publication, clock, false);
    }

    private AwaitedPublication(Publication publication, MediaClock clock, boolean heldBack) {
        this.publication = publication;
        this.clock = clock;
        this.heldBack = heldBack;
    }

    /** Begins only when it is admitted: {@link #begin} does nothing. */
    static AwaitedPublication heldBack(Publication publication, MediaClock clock) {
        return new AwaitedPublication(publication, clock, true);
    }

    @Override
    public void begin() {
        if (!heldBack) {
            start();
        }
    }

    @Override
    public Uni<Void> accepted() {
        return publication.accepted();
    }

    void admitted() {
        start();
    }

    private void start() {
        publication.begin();
        publication.announce();
        publication.accepted().subscribe().with(yes -> releaseIn(READERS_COME_BACK));
        releaseIn(ACCEPTED_WITHIN);
    }

    private void releaseIn(Duration hold) {
        clock.schedule(clock.nowNs() + hold.toNanos(), this::release);
    }

    private synchronized void release() {
        if (waiting == null) {
            return;
        }
        List<Frame> due = waiting;
        waiting = null;
        try {
            due.forEach(publication::push);
        } catch (RuntimeException | Error thrown) {
            // On a timer nobody hears of it: whoever pushes the next frame does.
            defect = thrown;
        }
    }

    @Override
    public synchronized void push(Frame frame) {
        if (defect instanceof Error error) {
            throw error;
        } else if (defect instanceof RuntimeException exception) {
            throw exception;
        }
        if (waiting == null) {
            publication.push(frame);
        } else {
            waiting.add(frame);
        }
    }

    /** Done when it starts. */
    @Override
    public void announce() {}

    @Override
    public Uni<Void> end(Duration limit) {
        release();
        return publication.end(limit);
    }

    @Override
    public void close() {
        publication.close();
    }

    @Override
    public Uni<SinkException> failure() {
        return publication.failure();
    }

    @Override
    public long bytesSent() {
        return publication.bytesSent();
    }

    @Override
    public void onDeparture(DepartureListener listener) {
        publication.onDeparture(listener);
    }
}
