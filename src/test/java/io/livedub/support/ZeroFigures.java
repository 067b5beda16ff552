package io.livedub.support;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;

/** Figures of a stream of which nothing is known yet but that they exist: series that begin with their first value are there then. */
public final class ZeroFigures {
    private ZeroFigures() {}

    public static StreamEvent of(Predicate<Figure> which) {
        return new LifeEvent.Figures(
                Stream.of(Figure.values()).filter(which).collect(Collectors.toMap(Function.identity(), any -> 0L)));
    }
}
