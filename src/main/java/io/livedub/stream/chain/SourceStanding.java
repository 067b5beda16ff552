package io.livedub.stream.chain;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

import io.smallrye.mutiny.Multi;

import io.livedub.media.MediaClock;
import io.livedub.stream.chain.DubbingStage.Begun;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.LifeEvent.Pipeline;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.source.SourceEvent;

/** Follows whether frames come from the source: the stream's life, its events and STS learn of a loss and of its end here. */
final class SourceStanding {
    private static final long NOT_LOST = Long.MAX_VALUE;

    private final StreamLife life;
    private final Languages languages;
    private final Runnable onLost;
    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    private volatile long lostNs = NOT_LOST;

    /** @param onLost called, on the thread that brings frames, when the source is lost and all that it gave has its place */
    SourceStanding(
            StreamLife life, Languages languages, Runnable onLost, MediaClock clock, Consumer<StreamEvent> events) {
        this.life = life;
        this.languages = languages;
        this.onLost = onLost;
        this.clock = clock;
        this.events = events;
    }

    /** Follows the source of a stream that is relayed. */
    Multi<SourceEvent> follow(Multi<SourceEvent> source) {
        return source.onItem().invoke(this::follow);
    }

    /** Follows the source of a stream that is dubbed: the segment that a loss closes must reach STS before the request to pause. */
    Multi<Begun> followBehindDubbing(Multi<Begun> begun) {
        return begun.onItem().invoke(each -> follow(each.event()));
    }

    private void follow(SourceEvent event) {
        if (event instanceof SourceEvent.SourceInterrupted lost) {
            lostNs = clock.nowNs();
            onLost.run();
            life.sourceLost(lost.reason());
            if (lost.failed()) {
                events.accept(new LifeEvent.PipelineError(Pipeline.SOURCE, lost.reason()));
            }
            languages.sourceLost(lost.reason());
        } else if (event instanceof SourceEvent.Back) {
            lostNs = NOT_LOST;
            life.live();
            languages.sourceBack();
        } else if (event instanceof SourceEvent.SourceSwitched changed) {
            events.accept(new LifeEvent.Note(String.format(
                    Locale.ROOT,
                    "source: the %s source is on air now: %s",
                    changed.toBackup() ? "backup" : "first",
                    changed.reason())));
        }
    }

    /** Whether frames came and do not come any more. */
    boolean isLost() {
        return lostNs != NOT_LOST;
    }

    boolean isLostFor(Duration time) {
        long sinceNs = lostNs;
        return sinceNs != NOT_LOST && clock.nowNs() - sinceNs >= time.toNanos();
    }
}
