package io.livedub.stream;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;

/** What a stream told; its log is written as in a worker. */
public final class Recorder implements Consumer<StreamEvent> {
    public final List<String> life = new ArrayList<>();
    public final List<String> languages = new ArrayList<>();
    public final List<String> fallbacks = new ArrayList<>();
    public final List<String> notes = new ArrayList<>();
    public final List<String> warnings = new ArrayList<>();
    public final List<Boolean> standingBy = new ArrayList<>();
    public final List<String> pipelineErrors = new ArrayList<>();
    public final List<LifeEvent.Resumed> resumed = new ArrayList<>();
    public final List<LifeEvent.SlateShown> slates = new ArrayList<>();
    public final List<Throwable> defects = new ArrayList<>();
    public final List<SegmentEvent.Aired> aired = new ArrayList<>();
    public final StreamTotals totals = new StreamTotals();
    /** Gets each event as well. */
    public Consumer<StreamEvent> also = event -> {};

    public final StreamBoard board = new StreamBoard(InstantSource.system());
    private final EventTable table = new EventTable()
            .on(LifeEvent.Life.class, event -> life.add(event.to().label()))
            .on(LifeEvent.LanguageLife.class, event -> languages.add(event.to().label()))
            .on(SegmentEvent.Aired.class, aired::add)
            .on(
                    SegmentEvent.Fallback.class,
                    event -> fallbacks.add(event.reason().label()))
            .on(LifeEvent.StandingBy.class, event -> standingBy.add(event.ready()))
            .on(LifeEvent.Note.class, event -> notes.add(event.message()))
            .on(LifeEvent.Resumed.class, resumed::add)
            .on(LifeEvent.SlateShown.class, slates::add)
            .on(LifeEvent.SpoolGivenUp.class, event -> warnings.add("spool: " + event.why()))
            .on(LifeEvent.Warning.class, event -> warnings.add(event.message()))
            .on(
                    LifeEvent.PipelineError.class,
                    event -> pipelineErrors.add(event.pipeline().label() + ": " + event.message()))
            .on(LifeEvent.Defect.class, event -> defects.add(event.cause()));
    private final Consumer<StreamEvent> all = totals.andThen(board)
            .andThen(table)
            .andThen(new StreamLines(StreamLog.of(new StreamId("test")), System::nanoTime));

    @Override
    public void accept(StreamEvent event) {
        all.accept(event);
        also.accept(event);
    }

    public long lostFiles() {
        return totals.count(SegmentEvent.FileLost.class);
    }

    /** 0 as long as it is not known. */
    public long figure(Figure figure) {
        return totals.figures().getOrDefault(figure, 0L);
    }
}
