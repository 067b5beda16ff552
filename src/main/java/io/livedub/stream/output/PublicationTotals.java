package io.livedub.stream.output;

import java.util.Map;

import io.livedub.media.Track;
import io.livedub.stream.events.Figure;

/** What all publications of an output have sent and dropped, one after the other. Thread-safe. */
public final class PublicationTotals {
    private final DepartureMeter meter;
    /** Null between two publications. */
    private CountedPublication current;

    private long sentBefore;
    private long droppedBefore;

    /** @param meter counts what is pushed */
    PublicationTotals(DepartureMeter meter) {
        this.meter = meter;
    }

    synchronized void begins(CountedPublication publication) {
        current = publication;
    }

    /** Another one will begin in its place. */
    synchronized void ends() {
        sentBefore += current.publication().bytesSent();
        droppedBefore += current.dropped();
        current = null;
    }

    /** Frames that were dropped because the server takes less than comes in. */
    public synchronized long dropped() {
        return droppedBefore + (current == null ? 0 : current.dropped());
    }

    /** Payload bytes that servers have taken so far. */
    long bytesSent() {
        CountedPublication asked;
        long before;
        synchronized (this) {
            asked = current;
            before = sentBefore;
        }
        return before + (asked == null ? 0 : asked.publication().bytesSent());
    }

    /** The frames and bytes that have gone out so far. Asks the sink. */
    public Map<Figure, Long> figures() {
        return Map.of(
                Figure.OUTPUT_VIDEO_FRAMES, meter.pushed(Track.VIDEO),
                Figure.OUTPUT_AUDIO_FRAMES, meter.pushed(Track.AUDIO),
                Figure.OUTPUT_BYTES, bytesSent());
    }
}
