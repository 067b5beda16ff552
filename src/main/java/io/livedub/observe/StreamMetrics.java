package io.livedub.observe;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.Pipeline;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/**
 * A stream's events as its series (contracts: configuration, "Metrics"), which are gone from the registry when the stream is. A metric that counts
 * events is a statement in the constructor, one that shows a measured value a constant of {@link Figure}. Thread-safe.
 */
public final class StreamMetrics implements Consumer<StreamEvent> {
    private static final double[] RTT_BUCKETS_MS = {50, 100, 250, 500, 1000, 2000, 4000, 8000};

    private final MeterRegistry registry;
    private final String streamId;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final EventTable counted = new EventTable();
    private final Map<Figure, AtomicLong> figures = new EnumMap<>(Figure.class);

    public StreamMetrics(MeterRegistry registry, String streamId) {
        this.registry = registry;
        this.streamId = streamId;
        count(StreamEvent.Cut.class, "worker.audio.fragments", "Audio segments completed", StreamEvent.Cut::withAudio);
        count(
                StreamEvent.Aired.class,
                "worker.segments.dubbed",
                "Segments aired with dubbed audio",
                StreamEvent.Aired::dubbed);
        count(StreamEvent.Reconnected.class, "worker.reconnections", "Successful reconnects to STS", event -> true);
        count(
                StreamEvent.FileLost.class,
                "worker.segment.file.errors",
                "Segment files that could not be written",
                event -> true);
        count(
                StreamEvent.Fallback.class,
                "worker.fallback",
                "Segments aired with original audio",
                "reason",
                Stream.of(FallbackReason.values()).map(FallbackReason::label),
                event -> event.reason().label());
        count(
                StreamEvent.Backpressure.class,
                "worker.backpressure.events",
                "Backpressure events from STS",
                "action",
                Stream.of(Action.values()).map(Action::label),
                event -> event.action().label());
        count(
                StreamEvent.PipelineError.class,
                "worker.gst.bus.errors",
                "Errors of a GStreamer pipeline",
                "pipeline",
                Stream.of(Pipeline.values()).map(Pipeline::label),
                event -> event.pipeline().label());
        count(
                StreamEvent.FileWritten.class,
                "worker.segments.written",
                "Segment files written",
                "track",
                Stream.of(StoredTrack.values()).map(StoredTrack::label),
                event -> event.track().label());
        DistributionSummary roundTripMs = kept(DistributionSummary.builder("worker.sts.rtt.ms")
                .description("Fragment sent to result received, milliseconds")
                .tags(tags())
                .serviceLevelObjectives(RTT_BUCKETS_MS)
                .register(registry));
        counted.on(
                StreamEvent.RoundTrip.class,
                result -> roundTripMs.record(result.took().toNanos() / 1e6));
        counted.on(StreamEvent.Gone.class, gone -> meters.forEach(registry::remove));
        for (Figure figure : Figure.values()) {
            if (figure.kind() != Figure.Kind.GAUGE_FROM_FIRST_VALUE) {
                show(figure);
            }
        }
    }

    @Override
    public void accept(StreamEvent event) {
        counted.accept(event);
        event.figures().forEach((figure, value) -> shown(figure).set(value));
    }

    private <E extends StreamEvent> void count(
            Class<E> kind, String name, String description, Predicate<? super E> counts) {
        Counter counter = counter(name, description);
        counted.on(kind, event -> {
            if (counts.test(event)) {
                counter.increment();
            }
        });
    }

    private <E extends StreamEvent> void count(
            Class<E> kind,
            String name,
            String description,
            String label,
            Stream<String> values,
            Function<? super E, String> value) {
        Map<String, Counter> counters = new HashMap<>();
        values.forEach(each -> counters.put(each, counter(name, description, label, each)));
        counted.on(kind, event -> counters.get(value.apply(event)).increment());
    }

    private Counter counter(String name, String description, String... labels) {
        return kept(Counter.builder(name)
                .description(description)
                .tags(tags().and(labels))
                .register(registry));
    }

    private synchronized AtomicLong shown(Figure figure) {
        AtomicLong value = figures.get(figure);
        return value == null ? show(figure) : value;
    }

    private AtomicLong show(Figure figure) {
        AtomicLong value = new AtomicLong();
        Tags tags = tags().and(figure.labels().toArray(String[]::new));
        figures.put(figure, value);
        kept(
                figure.kind() == Figure.Kind.TOTAL
                        ? FunctionCounter.builder(figure.metric(), value, total -> figure.shown(total.get()))
                                .description(figure.description())
                                .tags(tags)
                                .register(registry)
                        : Gauge.builder(figure.metric(), value, last -> figure.shown(last.get()))
                                .description(figure.description())
                                .tags(tags)
                                .register(registry));
        return value;
    }

    private Tags tags() {
        return Tags.of("stream_id", streamId);
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }
}
