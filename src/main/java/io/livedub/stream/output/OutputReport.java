package io.livedub.stream.output;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.LifeEvent.Pipeline;
import io.livedub.stream.events.StreamEvent;

/** Says that an output was lost, once for each loss, and that it is there again. */
public class OutputReport implements OutputListener {
    private final Consumer<StreamEvent> events;

    public OutputReport(Consumer<StreamEvent> events) {
        this.events = events;
    }

    @Override
    public void lost(String reason, Duration again) {
        if (again.isZero()) {
            events.accept(
                    new LifeEvent.PipelineError(Pipeline.SINK, reason + "; it is published again until it is back"));
        }
    }

    @Override
    public void back(Duration away, long missed) {
        events.accept(new LifeEvent.Note(String.format(
                Locale.ROOT,
                "the output is back after %.1f s; %d frames were due meanwhile and are lost",
                away.toMillis() / 1e3,
                missed)));
    }

    @Override
    public void servesOldSound() {
        events.accept(
                new LifeEvent.Note("the sound has changed, and the server still tells viewers of the sound before:"
                        + " the output is published anew at its next keyframe"));
    }
}
