package io.livedub.stream.chain;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;

import io.livedub.config.Target;
import io.livedub.dub.AiredSegment;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.sound.DubSound;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.output.Output;
import io.livedub.stream.output.OutputReport;
import io.livedub.stream.output.OutputTerms;
import io.livedub.timeline.OutputFigures;

/**
 * One language of a stream: the dubbing of its sound, and its output. Its failures leave the other languages alone. Thread-safe.
 */
final class Language {
    private final Target target;
    private final Output output;
    private final OutputStart start;
    private final Optional<Dubbing> dubbing;
    private final DubSwitch dubSwitch;
    private final Optional<KeptSwitches> kept;
    private final Consumer<StreamEvent> events;
    private LanguagePhase phase = LanguagePhase.STARTING;
    /** Whether the last dub on air was mixed with something. */
    private boolean mixed;

    /**
     * The parts of a language; each part gets the language's own events.
     *
     * @param url where it is published
     * @param othersOnAir whether another language of the stream is on air
     * @param onOutputGone called when its output cannot be published and no other language is on air
     */
    record Plan(
            Target target,
            String url,
            StreamSpec spec,
            StreamParts parts,
            BooleanSupplier othersOnAir,
            Consumer<StreamFailure> onOutputGone) {}

    /** @param dubbing makes the language's sound, with who gets its events; empty in passthrough */
    Language(Plan plan, Optional<Function<Consumer<StreamEvent>, Dubbing>> dubbing) {
        this.target = plan.target();
        this.start = new OutputStart(plan.parts().clock(), plan.onOutputGone());
        Consumer<StreamEvent> all = plan.parts().events();
        this.events = event -> all.accept(event.of(key()));
        events.accept(new LifeEvent.LanguageLife(
                phase, phase, Target.pathOf(key(), plan.spec().atOut())));
        plan.parts().spool().ifPresent(its -> its.outputs().add(key(), plan.spec()));
        this.output = new Output(
                plan.parts().engine().sink(plan.url()),
                new OutputTerms(
                        plan.parts().passthrough(),
                        plan.spec().outputGrace(),
                        !plan.spec().outputGrace().isZero()
                                || plan.spec().settings().targets().size() > 1,
                        plan.othersOnAir(),
                        () -> plan.parts().engine().source(plan.url())),
                plan.parts().clock(),
                new OutputFollower(),
                plan.onOutputGone());
        this.dubSwitch = new DubSwitch(plan.parts().clock());
        this.dubbing = dubbing.map(made -> made.apply(events));
        this.kept = plan.parts().spool().map(StreamSpool::switches);
        kept.flatMap(its -> its.of(key())).ifPresent(this::switchDub);
    }

    String key() {
        return target.key();
    }

    Output output() {
        return output;
    }

    void switchDub(StreamCommand.SwitchDub to) {
        if (to.on()) {
            dubSwitch.on();
        } else {
            dubSwitch.off(to.forTime());
        }
        kept.ifPresent(its -> its.keep(key(), to));
        events.accept(new LifeEvent.DubSwitched(
                to.on(),
                to.forTime().map(time -> " for " + time.toSeconds() + " s").orElse("")));
    }

    void sound(DubSound wanted) {
        dubbing.ifPresent(its -> its.sound(wanted));
    }

    boolean isOnAir() {
        return output.isOnAir();
    }

    boolean isDubbed() {
        return dubbing.isPresent() && !target.isOriginal();
    }

    /** Whether STS is given up for it. */
    boolean isLost() {
        return dubbing.map(Dubbing::isLost).orElse(false);
    }

    void begin(AudioFormat audio) {
        dubbing.ifPresent(its -> its.begin(audio));
    }

    /** Not in passthrough. */
    Uni<AiredSegment> start(Segment segment, Uni<byte[]> m4a) {
        return dubbing.orElseThrow().start(segment, m4a);
    }

    /** The sound of a segment in this language: the original while the dub is switched off. */
    AiredSegment heard(AiredSegment made) {
        AiredSegment heard = made;
        if (dubSwitch.isOnAgain()) {
            events.accept(new LifeEvent.DubSwitched(true, " by itself"));
        }
        if (made.dubbed() && dubSwitch.isOff()) {
            String why = "the dub is switched off";
            heard = AiredSegment.original(made.segment(), why);
            events.accept(new SegmentEvent.Fallback(made.segment().fragmentId(), FallbackReason.OPERATOR, why));
            withheld(made);
        }
        AiredSegment next = heard;
        dubbing.ifPresent(its -> its.join(next));
        return heard;
    }

    /** What was made of a segment does not air. */
    void withheld(AiredSegment made) {
        dubbing.ifPresent(its -> its.withheld(made));
    }

    /**
     * A segment was put on the output's timeline.
     *
     * @param zeroNs clock time of the output's time 0
     * @param airNs clock time at which it airs
     */
    void aired(AiredSegment segment, long zeroNs, long airNs) {
        dubbing.ifPresent(its -> its.aired(segment));
        if (segment.levels().isPresent()) {
            mixed = true;
            events.accept(new LifeEvent.Figures(segment.levels().get().figures()));
        } else if (segment.dubbed() && mixed) {
            // The bed was switched off: its last level must not stand there for the rest of the stream.
            mixed = false;
            events.accept(new LifeEvent.Figures(Map.of(Figure.BED_MILLI_DB, Figure.SILENT)));
        }
        events.accept(segment.aired(airNs - zeroNs, airNs));
    }

    /**
     * Asked with each segment; the first time counts. Of an output that was lost since then only its {@link OutputFollower} says that it is back.
     *
     * @param zeroNs clock time of the output's time 0
     */
    void open(VideoFormat video, AudioFormat audio, long zeroNs) {
        start.open(zeroNs, () -> {
            output.open(video, audio, zeroNs);
            if (isStarting()) {
                enter(LanguagePhase.ON_AIR, "published");
            }
        });
    }

    private synchronized boolean isStarting() {
        return phase == LanguagePhase.STARTING;
    }

    void push(List<Frame> frames, long originNs) {
        output.push(frames, originNs);
    }

    void sourceLost(String reason) {
        dubbing.ifPresent(its -> its.sourceLost(reason));
    }

    void sourceBack() {
        dubbing.ifPresent(Dubbing::sourceBack);
    }

    /** Ends dubbing. Completes when the session with STS has ended. */
    Uni<Void> endDubbing(String reason, Duration patience) {
        enter(LanguagePhase.DRAINING, reason);
        return dubbing.map(its -> its.end(reason, patience))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    Uni<Void> endOutput(Duration limit) {
        return output.end(limit);
    }

    void closeOutput() {
        output.close();
    }

    /** The last of it; the figures are for the totals, which are said with the end. */
    void close() {
        dubbing.ifPresent(Dubbing::close);
        events.accept(new LifeEvent.Figures(output.totals().figures()));
        enter(LanguagePhase.CLOSED, "all has aired");
    }

    /** Removes the language's series from the metrics. */
    void forget() {
        kept.ifPresent(its -> its.forget(key()));
        events.accept(new LifeEvent.Gone());
    }

    /** Reports the language's figures. */
    void measure(OutputFigures aired) {
        if (output.isOpen()) {
            Map<Figure, Long> figures = new EnumMap<>(output.totals().figures());
            figures.put(Figure.LATENCY_NS, output.meter().latencyNs());
            figures.put(
                    Figure.AV_DELTA_NS, aired.audioErrorNs() + output.meter().wireDeltaNs());
            figures.put(Figure.OUTPUT_QUEUED, (long) aired.queued());
            figures.put(Figure.OUTPUT_LATE_NS, aired.lateNs());
            figures.put(Figure.OUTPUT_FILLED, aired.filled());
            figures.put(Figure.OUTPUT_OVERLAPPING, aired.overlapping());
            figures.put(Figure.OUTPUT_INSERTED, aired.inserted());
            figures.put(Figure.OUTPUT_LEFT_OUT, aired.dropped());
            figures.put(Figure.OUTPUT_REFUSED, aired.refused());
            events.accept(new LifeEvent.Figures(figures));
        }
    }

    /** The same in passthrough. A relay whose source is gone sends silence at most, which says nothing of its latency. */
    void measureRelay(long filled, long overlapping, boolean sourceThere) {
        if (output.isOpen()) {
            Map<Figure, Long> figures = new EnumMap<>(output.totals().figures());
            figures.put(Figure.OUTPUT_FILLED, filled);
            figures.put(Figure.OUTPUT_OVERLAPPING, overlapping);
            if (sourceThere) {
                figures.put(Figure.LATENCY_NS, output.meter().latencyNs());
                figures.put(Figure.AV_DELTA_NS, output.meter().wireDeltaNs());
            }
            events.accept(new LifeEvent.Figures(figures));
        }
    }

    /** A language never returns from its end. Events of an output that drains do not change the language's phase. */
    private void enter(LanguagePhase next, String reason) {
        LanguagePhase from;
        synchronized (this) {
            from = phase;
            if (next == from || next.compareTo(from) < 0 && from.compareTo(LanguagePhase.DRAINING) >= 0) {
                return;
            }
            phase = next;
        }
        events.accept(new LifeEvent.LanguageLife(from, next, reason));
    }

    /** Follows the output. */
    private final class OutputFollower extends OutputReport {
        private OutputFollower() {
            super(events);
        }

        @Override
        public void lost(String reason, Duration again) {
            super.lost(reason, again);
            enter(LanguagePhase.OUTPUT_LOST, reason);
        }

        @Override
        public void back(Duration away, long missed) {
            super.back(away, missed);
            enter(LanguagePhase.ON_AIR, "published again");
        }
    }
}
