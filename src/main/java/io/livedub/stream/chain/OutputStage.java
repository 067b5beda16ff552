package io.livedub.stream.chain;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.smallrye.mutiny.Multi;
import org.jboss.logging.Logger;

import io.livedub.media.Frame;
import io.livedub.stream.chain.AiringStage.Due;
import io.livedub.stream.chain.RelayStage.Relayed;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.OutputTimeline;

/**
 * Pushes what is due to the output of each language. One language's defect is not the others': its output is published anew, with growing pauses,
 * and only when no other one is on air does the stream fail.
 */
final class OutputStage {
    private static final Logger LOG = Logger.getLogger(OutputStage.class);

    private final Languages languages;
    private final OutputTimeline air;
    private final Consumer<StreamEvent> events;
    private final BooleanSupplier segmentsCome;
    private final Runnable onLast;

    /**
     * @param segmentsCome whether segments are on their way, with the languages that the stream had when they were cut
     * @param onLast called when everything was pushed that airs before another process goes on
     */
    OutputStage(
            Languages languages,
            OutputTimeline air,
            Consumer<StreamEvent> events,
            BooleanSupplier segmentsCome,
            Runnable onLast) {
        this.languages = languages;
        this.air = air;
        this.events = events;
        this.segmentsCome = segmentsCome;
        this.onLast = onLast;
    }

    /** Pushed within the chain: what a subscriber's callback throws is dropped by Mutiny, and the stream would never end. */
    Multi<Due> dubbed(Multi<Due> due) {
        return due.onItem().invoke(this::push);
    }

    /** The same frames to all languages. */
    Multi<Relayed> relayed(Multi<Relayed> relayed) {
        return relayed.onItem().invoke(together -> {
            languages.everyone().forEach(language -> push(language, together.frames(), 0));
            if (together.last()) {
                onLast.run();
            }
        });
    }

    private void push(Due due) {
        for (Language language : languages.everyone()) {
            List<Frame> frames = due.frames().get(language.key());
            if (frames != null) {
                push(language, frames, due.zeroNs());
            }
            if (languages.isLeaving(language) && air.isOver(language.key(), segmentsCome.getAsBoolean())) {
                languages.leave(language);
            }
        }
        if (due.last()) {
            onLast.run();
        }
    }

    private void push(Language language, List<Frame> frames, long originNs) {
        try {
            language.push(frames, originNs);
        } catch (RuntimeException | Error failure) {
            if (!languages.othersOnAir(language.key())) {
                throw failure;
            }
            interrupt(language, failure);
        }
    }

    /** A publication that cannot even be closed is left as it is: the output is published beside it, or refused and tried again. */
    private void interrupt(Language language, Throwable failure) {
        boolean told = true;
        try {
            told = language.output().interrupt(failure);
        } catch (RuntimeException | Error unclosed) {
            LOG.debugf(unclosed, "a publication of %s could not be closed", language.key());
        }
        if (told) {
            events.accept(new LifeEvent.Defect(failure).of(language.key()));
        }
    }
}
