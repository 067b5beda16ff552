package io.livedub.sts;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;

/** What the session told, as lines. */
final class Recorder implements Consumer<StreamEvent> {
    final List<StreamEvent> all = new CopyOnWriteArrayList<>();
    final List<String> states = new CopyOnWriteArrayList<>();
    final List<String> breaker = new CopyOnWriteArrayList<>();
    final List<String> fallbacks = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    final List<String> backpressure = new CopyOnWriteArrayList<>();
    final List<String> paceLines = new CopyOnWriteArrayList<>();
    final List<String> completed = new CopyOnWriteArrayList<>();
    final List<Duration> roundTrips = new CopyOnWriteArrayList<>();
    volatile int inflight;
    volatile int mostInflight;
    volatile int reconnects;

    private final EventTable table = new EventTable()
            .on(SessionEvent.Session.class, event -> states.add(event.from() + " → " + event.to()))
            .on(
                    SessionEvent.Breaker.class,
                    event -> breaker.add(
                            event.from().label() + " → " + event.to().label()))
            .on(LifeEvent.Figures.class, event -> inflight(event.figures().get(Figure.INFLIGHT)))
            .on(SegmentEvent.RoundTrip.class, event -> roundTrips.add(event.took()))
            .on(
                    SegmentEvent.Fallback.class,
                    event -> fallbacks.add(event.fragmentId().getLeastSignificantBits() + " "
                            + event.reason().label()))
            .on(SessionEvent.PaceAsked.class, event -> {
                backpressure.add(event.action().label());
                event.line().ifPresent(line -> paceLines.add(event.action().label()));
            })
            .on(SessionEvent.Reconnected.class, event -> reconnects++)
            .on(SessionEvent.Completed.class, event -> completed.add(event.statistics()))
            .on(LifeEvent.Warning.class, event -> warnings.add(event.message()));

    private void inflight(long count) {
        inflight = (int) count;
        mostInflight = Math.max(mostInflight, inflight);
    }

    @Override
    public void accept(StreamEvent event) {
        all.add(event);
        table.accept(event);
    }
}
