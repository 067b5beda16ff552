package io.livedub.stream.output;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink;

/**
 * Holds back the publications of a stream that another process still publishes: they are prepared, and begin when the gate opens. Making a
 * pipeline takes a tenth of a second where it is the first of its process, and the stream is off the air meanwhile. Thread-safe.
 */
public final class OutputGate {
    private final MediaClock clock;
    private final List<AwaitedPublication> waiting = new ArrayList<>();
    private boolean open;

    public OutputGate(MediaClock clock) {
        this.clock = clock;
    }

    /** The other process publishes no more. */
    public void open() {
        List<AwaitedPublication> prepared;
        synchronized (this) {
            open = true;
            prepared = List.copyOf(waiting);
            waiting.clear();
        }
        prepared.forEach(AwaitedPublication::admitted);
    }

    /** The same sink, behind the gate. */
    public MediaSink behind(MediaSink sink) {
        return (video, audio, pacing, zeroNs) -> admit(sink.prepare(video, audio, pacing, zeroNs));
    }

    /** Once the gate is open it holds no publication back. */
    private synchronized MediaSink.Publication admit(MediaSink.Publication prepared) {
        if (open) {
            return prepared;
        }
        AwaitedPublication held = AwaitedPublication.heldBack(prepared, clock);
        waiting.add(held);
        return held;
    }
}
