package io.livedub.stream.chain;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.smallrye.mutiny.Multi;

import io.livedub.config.Target;
import io.livedub.media.MediaSource;
import io.livedub.media.RedactedUrl;
import io.livedub.segment.Segmenter;
import io.livedub.spool.HeldStream;
import io.livedub.spool.Spool;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.source.BackedSource;
import io.livedub.stream.source.Repeats;
import io.livedub.stream.source.SourceTry;
import io.livedub.stream.source.StreamSource;
import io.livedub.stream.source.WatchedSource;
import io.livedub.timeline.OutputTimeline;
import io.livedub.timeline.RelayTimeline;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.SourceStretch;
import io.livedub.timeline.SourceTimeline;

/** The whole way of a stream's data, from its source to its outputs: {@link #dubbed} and {@link #relayed}. Data goes one way. */
final class StreamChain {
    private final StreamParts parts;
    private final StreamSource source;
    private final SourceTimeline timeline;
    private final OutputTimeline air;
    private final RelayTimeline relayTimeline;
    private final SlateReport slate;
    private final SharedOffset offset;
    private final Languages languages;
    private final StreamEnding ending;
    private final SourceStanding standing;
    private final SilenceStage silence;
    private final IntakeStage intake;
    private final KeyframeWatch keyframes;
    private final SegmentFiling filing;
    private final SpoolStage spool;
    private final ResumeStage resume;
    private final Optional<Duration> resumed;
    private final DubbingStage dubbing;
    private final HandOver handOver;
    private final AiringStage airing;
    private final RelayStage relay;
    private final OutputStage outputs;
    private final SourceReport report;

    StreamChain(StreamSpec spec, StreamParts parts, StreamLife life) {
        this.parts = parts;
        source = source(spec);
        timeline = new SourceTimeline(parts.silence());
        long segmentNs = parts.segmentDuration().toNanos();
        Optional<HeldStream> held = parts.spool().flatMap(StreamSpool::takeHeld);
        resumed = held.map(HeldStream::age);
        spool = new SpoolStage(parts, timeline, held, this::position);
        Segmenter segmenter =
                new Segmenter(segmentNs, spool.firstBatch(parts.files().firstBatch()), parts.pauses());
        long delayNs = segmentNs + parts.offset().orElse(parts.stsTimeout()).toNanos();
        slate = new SlateReport(parts);
        air = new OutputTimeline(timeline.clock(), delayNs, parts.silence(), slate.slate());
        relayTimeline = new RelayTimeline(timeline.clock(), parts.silence(), slate.slate());
        offset = new SharedOffset(parts.offset(), parts.stsTimeout(), parts.segmentDuration(), air, parts.clock());
        StreamSpec its = parts.spool().map(left -> left.outputs().of(spec)).orElse(spec);
        languages = new Languages(its, parts, target -> told -> dubbing(its, target, told), this::publishingFailed);
        ending = new StreamEnding(parts, life, source, languages, air::queued);
        standing = new SourceStanding(
                life, languages, () -> air.sourceLost(timeline.endNs()), parts.clock(), parts.events());
        StreamOpening opening = new StreamOpening(parts, languages, air, ending::defect);
        silence = new SilenceStage(air, parts.clock());
        intake = new IntakeStage(
                timeline, segmenter, opening::formatsKnown, opening::soundChanged, this::heldBytes, silence::isDue);
        keyframes = new KeyframeWatch(parts.continuity().keyframeLimit(), parts.events());
        filing = new SegmentFiling(parts.files(), parts.events());
        Departure departure = new Departure(air, spool, standing, languages, ending, parts.events());
        handOver = new HandOver(parts, air, departure::giveAway, departure::leave);
        dubbing = new DubbingStage(languages, filing, handOver::decided);
        airing = new AiringStage(air, languages, parts, opening, spool, handOver, ending::allOffered);
        relay = new RelayStage(relayTimeline, standing, parts.slate().isPresent(), parts.clock(), ending::allOffered);
        outputs = new OutputStage(languages, air, parts.events(), handOver::hasUndecided, handOver::stopped);
        report = new SourceReport(
                timeline,
                source.oddities(),
                () -> intake.dropped() + dubbing.dropped() + languages.dropped(),
                parts.events());
        resume = new ResumeStage(parts, segmenter, spool, airing, held);
        languages.begin();

        held.ifPresent(left -> goOnWith(left, opening));
    }

    /** Another process had this stream until it ended: everything goes on where it stood. */
    private void goOnWith(HeldStream held, StreamOpening opening) {
        StreamPosition position = held.position();
        source.resume();
        goOnReading(held);
        position.air().ifPresent(mark -> {
            air.resume(mark);
            if (held.handedOver().flatMap(HandedOver::seam).isEmpty()) {
                air.sourceLost(timeline.endNs());
            }
            if (parts.offset().isEmpty()) {
                air.delay(mark.delayNs());
            }
        });
        // A process that dies has relayed a little more than it has said: what fills the gap must not go back.
        long untoldNs = held.handedOver().isPresent()
                ? 0
                : Math.min(Math.max(0, held.age().toNanos()), 2 * Spool.RELAYING_EACH.toNanos());
        position.relay().map(mark -> mark.behind(untoldNs)).ifPresent(relayTimeline::resume);
        held.slatePicture().ifPresent(picture -> {
            slate.slate().seed(picture);
            position.audio().ifPresent(slate.slate()::heard);
            position.audio().filter(its -> parts.passthrough()).ifPresent(relayTimeline::resumeSilent);
        });
        if (position.publishedZeroNs() != 0
                && position.video().isPresent()
                && position.audio().isPresent()) {
            intake.resume(position.video().get(), position.audio().get());
            opening.resumed(position.video().get(), position.audio().get(), position.publishedZeroNs());
        }
    }

    private void goOnReading(HeldStream held) {
        StreamPosition position = held.position();
        Optional<SourceStretch> stretch =
                held.handedOver().flatMap(HandedOver::seam).map(SourceSeam::stretch);
        if (stretch.isPresent()
                && position.video().isPresent()
                && position.audio().isPresent()) {
            timeline.resume(
                    position.source(),
                    stretch.get(),
                    position.video().get(),
                    position.audio().get(),
                    parts.clock().nowNs());
        } else {
            timeline.resume(position.source(), parts.clock().nowNs());
        }
    }

    private StreamPosition position() {
        return spool.position(languages.zeroNs(), air.mark(), relayTimeline.mark());
    }

    /** The source's pictures with the sound of each language, one segment and the offset later. */
    Multi<?> dubbed() {
        return source.events()
                .plug(ending::drainBehind) // the source's frames, its losses, and its end
                .plug(handOver::gate) // the same, until another process goes on
                .plug(silence::between) // the same, and that it has fallen silent
                .plug(intake::apply) // frames on the stream's timeline, and segments that are complete
                .plug(keyframes::beside) // the same; the distance of their keyframes is measured
                .plug(spool::besideDubbing) // the same; they are kept for a process that would go on
                .plug(resume::first) // the same, behind what another process has left
                .plug(handOver::behindIntake) // the same, until another process goes on
                .plug(dubbing::begin) // the dubs of these segments, begun in all languages
                .plug(standing::followBehindDubbing) // the same; the stream's life has followed the source
                .plug(dubbing::inOrder) // segments with the sound of each language, in order
                .plug(airing::apply) // each language's frames, shortly before they air
                .plug(outputs::dubbed); // the same, pushed to the publications
    }

    /** Passthrough: the source's pictures and sound as they come; segments are cut and written beside. */
    Multi<?> relayed() {
        resumed.ifPresent(age -> parts.events().accept(new LifeEvent.Resumed(age, 0, 0)));
        return source.events()
                .plug(ending::drainBehind) // the source's frames, its losses, and its end
                .plug(handOver::gate) // the same, until another process goes on
                .plug(standing::follow) // the same; the stream's life has followed the source
                .plug(intake::apply) // frames on the stream's timeline, and segments that are complete
                .plug(keyframes::beside) // the same; the distance of their keyframes is measured
                .plug(spool::besideRelay) // the same; where they stand is kept for a process that would go on
                .plug(filing::beside) // the same; the files of these segments are being written
                .plug(relay::apply) // frames that leave now, and silence for a source that is lost
                .plug(outputs::relayed); // the same, pushed to the publications
    }

    StreamParts parts() {
        return parts;
    }

    /** It was never started, and never will be. */
    void forget() {
        languages.closeOutputs();
        languages
                .endDubbing("the stream stays in the process that has it", Dubbing.PATIENT)
                .subscribe()
                .with(ignored -> {}, ignored -> {});
        languages.close();
    }

    StreamSource source() {
        return source;
    }

    Languages languages() {
        return languages;
    }

    SpoolStage spool() {
        return spool;
    }

    HandOver handOver() {
        return handOver;
    }

    StreamEnding ending() {
        return ending;
    }

    /** Measures the stream and reports the figures as an event. Called once a second. */
    void measure() {
        Map<Figure, Long> figures = report.tell(parts.clock().nowNs());
        figures.putAll(source.figures());
        keyframes.distanceNs().ifPresent(ns -> figures.put(Figure.SOURCE_KEYFRAME_DISTANCE_NS, ns));
        figures.putAll(slate.figures());
        if (parts.passthrough()) {
            languages.measure(relayTimeline, !standing.isLost());
        } else {
            figures.put(Figure.HELD_BYTES, heldBytes());
            figures.put(Figure.OUTPUT_PUSH_LATE_NS, airing.latestPushNs());
            languages.measure(air);
        }
        parts.events().accept(new LifeEvent.Figures(figures));
    }

    private StreamSource source(StreamSpec spec) {
        MediaSource first = parts.engine().source(spec.inputUrl());
        return spec.backup()
                .<StreamSource>map(url -> new BackedSource(
                        first,
                        parts.engine().source(url),
                        spec.grace(),
                        spec.outage(),
                        parts.clock(),
                        (backup, failed) -> note(failed, backup ? url : spec.inputUrl())))
                // Behind a slate, which is on air at once, nothing but a keyframe can follow.
                .orElseGet(() -> new WatchedSource(
                        first,
                        spec.grace(),
                        spec.outage(),
                        parts.slate().isEmpty() ? Repeats.LEFT_OUT : Repeats.SHOWN_FASTER,
                        parts.clock(),
                        failed -> note(failed, spec.inputUrl())));
    }

    private void note(SourceTry failed, String url) {
        parts.events().accept(new LifeEvent.Note(failed.line(RedactedUrl.of(url))));
    }

    private Dubbing dubbing(StreamSpec its, Target target, Consumer<StreamEvent> told) {
        return target.isOriginal()
                ? new OriginalSound()
                : new StsDubbing(parts, its, target, air, timeline.clock(), offset, told, this::stsGivenUp);
    }

    /** Bytes behind the segmenter: in dubbing, and waiting to air. A relay's segments are written at once. */
    private long heldBytes() {
        return parts.passthrough() ? 0 : dubbing.heldBytes() + air.heldBytes();
    }

    /** STS is given up for a language. */
    private void stsGivenUp(String reason) {
        if (languages.allLost()) {
            ending.stsFailed(new StreamFailure(
                    ExitCode.STS_LOST, "the STS service is lost, and every attempt to reconnect failed: " + reason));
        }
    }

    private void publishingFailed(StreamFailure cause) {
        ending.publishingFailed(cause);
    }
}
