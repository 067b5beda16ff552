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
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;

/** Series with the same labels, made of events, and gone with {@link LifeEvent.Gone}. Thread-safe. */
final class Series implements Consumer<StreamEvent> {
    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final EventTable counted = new EventTable();
    private final Map<Figure, AtomicLong> figures = new EnumMap<>(Figure.class);

    /** @param shown which figures are shown, those that are shown from the beginning first of all */
    Series(MeterRegistry registry, Tags tags, Predicate<Figure> shown) {
        this.registry = registry;
        this.tags = tags;
        counted.on(LifeEvent.Gone.class, gone -> meters.forEach(registry::remove));
        for (Figure figure : Figure.values()) {
            if (shown.test(figure) && figure.kind() != Figure.FigureKind.GAUGE_FROM_FIRST_VALUE) {
                show(figure);
            }
        }
    }

    @Override
    public void accept(StreamEvent event) {
        counted.accept(event);
        event.figures().forEach((figure, value) -> shown(figure).set(value));
    }

    <E extends StreamEvent> void count(Class<E> kind, String name, String description, Predicate<? super E> counts) {
        Counter counter = counter(name, description);
        counted.on(kind, event -> {
            if (counts.test(event)) {
                counter.increment();
            }
        });
    }

    <E extends StreamEvent> void count(
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

    <E extends StreamEvent> void distribution(
            Class<E> kind, String name, String description, double[] buckets, Function<? super E, Double> value) {
        DistributionSummary summary = kept(DistributionSummary.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry));
        counted.on(kind, event -> summary.record(value.apply(event)));
    }

    private Counter counter(String name, String description, String... labels) {
        return kept(Counter.builder(name)
                .description(description)
                .tags(tags.and(labels))
                .register(registry));
    }

    private synchronized AtomicLong shown(Figure figure) {
        AtomicLong value = figures.get(figure);
        return value == null ? show(figure) : value;
    }

    private AtomicLong show(Figure figure) {
        AtomicLong value = new AtomicLong();
        Tags all = tags.and(figure.labels().toArray(String[]::new));
        figures.put(figure, value);
        kept(
                figure.kind() == Figure.FigureKind.TOTAL
                        ? FunctionCounter.builder(figure.metric(), value, total -> figure.shown(total.get()))
                                .description(figure.description())
                                .tags(all)
                                .register(registry)
                        : Gauge.builder(figure.metric(), value, last -> figure.shown(last.get()))
                                .description(figure.description())
                                .tags(all)
                                .register(registry));
        return value;
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }
}
