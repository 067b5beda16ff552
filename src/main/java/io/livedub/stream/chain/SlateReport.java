package io.livedub.stream.chain;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.Slate;
import io.livedub.timeline.SlatePlan;

/** Reports the slate of one stream: when it is shown, and what is wrong with it. */
final class SlateReport implements Slate.SlateListener {
    private final StreamParts parts;
    private final Consumer<StreamEvent> events;
    private final Slate slate;

    SlateReport(StreamParts parts) {
        this.parts = parts;
        this.events = parts.events();
        this.slate = parts.slate().map(this::slate).orElseGet(Slate::off);
    }

    private Slate slate(SlatePlan plan) {
        return parts.passthrough() ? Slate.ofRelay(plan, this) : Slate.ofAir(plan, this);
    }

    Slate slate() {
        return slate;
    }

    /** Empty for a stream without a slate. */
    Map<Figure, Long> figures() {
        return parts.slate().isEmpty()
                ? Map.of()
                : Map.of(Figure.SLATE_ON_AIR, slate.isOn() ? 1L : 0L, Figure.SLATE_SHOWN_NS, slate.shownNs());
    }

    @Override
    public void began(boolean clip) {
        events.accept(new LifeEvent.SlateShown(
                true,
                clip
                        ? "nothing of the source is left to air: the film of WORKER_SLATE is shown"
                        : "nothing of the source is left to air: its last keyframe is repeated each second, with"
                                + " silence",
                Duration.ZERO));
    }

    @Override
    public void ended(long shownNs, boolean back) {
        events.accept(new LifeEvent.SlateShown(
                false, back ? "the source airs again" : "the stream ends", Duration.ofNanos(shownNs)));
    }

    @Override
    public void unfit(String why) {
        events.accept(
                new LifeEvent.Warning(
                        "slate: the film of WORKER_SLATE cannot be shown in this stream: " + why
                                + "; the last keyframe is repeated instead; encode the film with the settings of the stream's encoder"));
    }
}
