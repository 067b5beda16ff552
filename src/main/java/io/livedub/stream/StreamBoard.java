package io.livedub.stream;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.config.Target;
import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.StreamStatus.LanguageStatus;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;
import io.livedub.stream.events.StreamState;

/** A stream's events, kept as its status. Thread-safe. */
public final class StreamBoard implements Consumer<StreamEvent> {
    private final InstantSource time;
    private final StreamTotals totals = new StreamTotals();
    private final Map<String, LanguageBoard> languages = new LinkedHashMap<>();
    private StreamState state = StreamState.initial();
    private String reason = "";
    private Instant since;
    private Optional<Boolean> standsBy = Optional.of(false);

    public StreamBoard(InstantSource time) {
        this.time = time;
        this.since = time.instant();
    }

    @Override
    public synchronized void accept(StreamEvent event) {
        if (event instanceof OfLanguage of) {
            ofLanguage(of);
            return;
        }
        totals.accept(event);
        if (event instanceof LifeEvent.Life life) {
            state = life.to();
            reason = life.reason();
            since = time.instant();
            standsBy = Optional.empty();
        } else if (event instanceof LifeEvent.StandingBy standing) {
            standsBy = Optional.of(standing.ready());
        } else if (event instanceof LifeEvent.Resumed) {
            standsBy = Optional.empty();
            languages.values().forEach(language -> language.accept(event));
        } else if (event instanceof SegmentEvent.Cut) {
            languages.values().forEach(language -> language.accept(event));
        }
    }

    private void ofLanguage(OfLanguage of) {
        if (of.event() instanceof LifeEvent.Gone) {
            // Of a stream that is over the last state of its languages stays to be seen.
            if (!state.isOver()) {
                languages.remove(of.language());
            }
            return;
        }
        languages.computeIfAbsent(of.language(), LanguageBoard::new).accept(of.event());
        if (of.event() instanceof LifeEvent.PipelineError) {
            totals.accept(of.event());
        }
    }

    /** Until the stream begins here: whether it is read already, and could be taken over from a process that has it on air. */
    public synchronized Optional<Boolean> standsBy() {
        return standsBy;
    }

    public synchronized StreamStatus status() {
        return new StreamStatus(
                state,
                reason,
                since,
                languages.values().stream().map(LanguageBoard::status).toList(),
                totals.figures(),
                totals.count(SegmentEvent.Cut.class),
                totals.count(SegmentEvent.FileLost.class),
                totals.count(LifeEvent.PipelineError.class));
    }

    /** Key of the language at {@code out}, or no word when none of them is there; empty as long as it is not known. */
    public synchronized Optional<String> atOut() {
        List<LanguageStatus> all =
                languages.values().stream().map(LanguageBoard::status).toList();
        return all.isEmpty() || all.stream().anyMatch(each -> each.output().isEmpty())
                ? Optional.empty()
                : Optional.of(all.stream()
                        .filter(each -> each.output().equals(Target.OUT))
                        .map(LanguageStatus::language)
                        .findFirst()
                        .orElse(""));
    }

    /** The captions of the first language that are remembered, from this number on. */
    public synchronized List<Caption> captions(long from) {
        return languages.values().stream()
                .findFirst()
                .map(language -> language.captions(from))
                .orElse(List.of());
    }

    /** The same of any language; empty for one that is not there. */
    public synchronized List<Caption> captions(String language, long from) {
        LanguageBoard board = languages.get(language);
        return board == null ? List.of() : board.captions(from);
    }
}
