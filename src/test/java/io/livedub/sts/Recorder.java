package io.livedub.sts;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamEvent;

/** What the session told, as lines. */
final class Recorder implements Consumer<StreamEvent> {
    final List<String> states = new CopyOnWriteArrayList<>();
    final List<String> breaker = new CopyOnWriteArrayList<>();
    final List<String> fallbacks = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    final List<String> backpressure = new CopyOnWriteArrayList<>();
    final List<String> completed = new CopyOnWriteArrayList<>();
    final List<Duration> roundTrips = new CopyOnWriteArrayList<>();
    volatile int inflight;
    volatile int mostInflight;
    volatile int reconnects;

    private final EventTable table = new EventTable()
            .on(StreamEvent.Session.class, event -> states.add(event.from() + " → " + event.to()))
            .on(
                    StreamEvent.Breaker.class,
                    event -> breaker.add(
                            event.from().label() + " → " + event.to().label()))
            .on(StreamEvent.Figures.class, event -> inflight(event.figures().get(Figure.INFLIGHT)))
            .on(StreamEvent.RoundTrip.class, event -> roundTrips.add(event.took()))
            .on(
                    StreamEvent.Fallback.class,
                    event -> fallbacks.add(event.fragmentId().getLeastSignificantBits() + " "
                            + event.reason().label()))
            .on(
                    StreamEvent.Backpressure.class,
                    event -> backpressure.add(event.action().label()))
            .on(StreamEvent.Reconnected.class, event -> reconnects++)
            .on(StreamEvent.Completed.class, event -> completed.add(event.statistics()))
            .on(StreamEvent.Warning.class, event -> warnings.add(event.message()));

    private void inflight(long count) {
        inflight = (int) count;
        mostInflight = Math.max(mostInflight, inflight);
    }

    @Override
    public void accept(StreamEvent event) {
        table.accept(event);
    }
}
