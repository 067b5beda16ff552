package io.livedub.stream;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Consumer;
import java.util.function.Function;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

import io.livedub.config.Target;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.RedactedUrl;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.segment.Segmenter;
import io.livedub.stream.Languages.Voiced;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.Pipeline;
import io.livedub.stream.events.StreamState;
import io.livedub.timeline.OutputTimeline;
import io.livedub.timeline.RelayTimeline;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

/** One stream from its source to its output: the whole way of the data stands in {@link #dubbed} and {@link #passthrough}. */
public final class StreamWorker {
    /** Frames are pushed this long before they air; less than the dubber's handover margin, so that a segment is always in time. */
    private static final Duration LEAD = Duration.ofMillis(220);

    private static final Duration TICK = Duration.ofMillis(70);
    private static final Duration RELAY_TICK = Duration.ofMillis(500);
    /**
     * How long a lost source goes without silence in its place in passthrough. Media servers drop a publisher that is silent for 10 s;
     * sooner, a source that has simply ended would be followed by silence for as long as its grace time, which {@code run} sets to 7 s.
     */
    private static final Duration SILENCE_AFTER = Duration.ofSeconds(8);

    /** A frame more or less in 12 s does not matter to dubbing; it costs passthrough a fifth of the 100 ms that it may add. */
    private static final Duration READING = Duration.ofMillis(100);

    private static final Duration RELAY_READING = Duration.ofMillis(20);

    private static final long NOT_LOST = Long.MAX_VALUE;
    /** Publishing starts this long before the first frame airs: some servers drop a publisher that is silent for 10 s. */
    private static final Duration CONNECT_AHEAD = Duration.ofMillis(1500);
    /** A live source's last frame airs segment and offset after it came, and later by what late results have added. */
    private static final Duration MOST_DRAIN = Duration.ofSeconds(10);
    /** Segments that wait for their result. A result is there by the segment's air time, so more than a minute of them is a defect. */
    private static final int MOST_HELD = 64;
    /** Frames of passthrough that wait to be pushed: half a minute of 60 pictures and 94 AAC frames a second. */
    private static final int MOST_PUSHED = 4096;

    /** Output time 0 lies this long before the first frame, so that a clock that settles late cannot bring a frame before it. */
    private static final Duration OUTPUT_HEADROOM = Duration.ofMillis(500);

    private final StreamSpec spec;
    private final StreamParts parts;
    private final LiveStreams live;
    private final MediaClock clock;
    private final StreamLife life;
    private final WatchedSource source;
    private final SourceTimeline timeline;
    private final Intake intake;
    private final Languages languages;
    private final OutputTimeline air;
    private final RelayTimeline relay;
    private final StreamEnding ending;
    private final SourceReport report;
    private final AtomicLong dubbingBytes = new AtomicLong();
    private final LongAccumulator latestPushNs = new LongAccumulator(Math::max, 0);

    private volatile boolean allOffered;
    private volatile long lostNs = NOT_LOST;
    private volatile Runnable open = () -> {};

    StreamWorker(StreamSpec spec, StreamParts parts, LiveStreams live) {
        this.spec = spec;
        this.live = live;
        this.parts = parts;
        this.clock = parts.clock();
        this.life = new StreamLife(parts.events());
        this.source = new WatchedSource(
                parts.engine().source(spec.inputUrl(), parts.passthrough() ? RELAY_READING : READING),
                spec.grace(),
                clock,
                failed -> parts.events().accept(new StreamEvent.Note(failed.line(RedactedUrl.of(spec.inputUrl())))));
        this.timeline = new SourceTimeline(parts.silence());
        long segmentNs = parts.segmentDuration().toNanos();
        Segmenter segmenter = new Segmenter(segmentNs, parts.files().firstBatch(), parts.pauses());
        this.intake = new Intake(timeline, segmenter, this::formatsKnown, this::soundChanged, this::heldBehind);
        long delayNs = segmentNs + parts.offset().orElse(parts.stsTimeout()).toNanos();
        this.air = new OutputTimeline(timeline.clock(), delayNs, parts.silence());
        this.relay = new RelayTimeline(timeline.clock(), parts.silence());
        SharedOffset offset = new SharedOffset(parts.offset(), parts.stsTimeout(), parts.segmentDuration(), air, clock);
        this.languages =
                new Languages(spec, parts, target -> told -> dubbing(target, offset, told), this::publishingFailed);
        this.report = new SourceReport(
                timeline, source.oddities(), () -> intake.dropped() + languages.dropped(), parts.events());
        this.ending = new StreamEnding(parts, life, source, languages);
        languages.begin();
    }

    private Dubbing dubbing(Target target, SharedOffset offset, Consumer<StreamEvent> told) {
        return target.isOriginal()
                ? new OriginalSound()
                : new StsDubbing(parts, target, air, timeline.clock(), offset, told, this::stsGivenUp);
    }

    /** Runs the stream until it is over. Completes with {@link StreamState.Ended} or {@link StreamState.Failed}; never fails. */
    public Uni<StreamState> run() {
        return Uni.createFrom().emitter(emitter -> {
            ending.onOver(last -> {
                live.remove(this);
                emitter.complete(last);
            });
            live.add(this);
            // Pushed within the chain: what a subscriber's callback throws is dropped by Mutiny, and the stream would
            // never end.
            Multi<?> chain = parts.passthrough()
                    ? passthrough().onItem().invoke(languages::push)
                    : dubbed().onItem().invoke(this::push);
            ending.chain(chain.subscribe().with(ignored -> {}, ending::defect, ending::finish));
        });
    }

    private void push(Map<String, List<Frame>> due) {
        long zeroNs = air.zeroAirNs();
        due.values()
                .forEach(frames -> latestPushNs.accumulate(
                        clock.nowNs() + LEAD.toNanos() - zeroNs - frames.get(0).dtsNs()));
        languages.push(due, zeroNs, air);
    }

    /** Source, segments, dubbing, air. Frames that air together come together: an operator costs more than what it does for one. */
    private Multi<Map<String, List<Frame>>> dubbed() {
        Multi<Voiced> aired = source.events()
                .onFailure(StreamFailure.class)
                .recoverWithMulti(this::drainAfter)
                .onItem()
                .transform(this::startDubbing)
                .onCompletion()
                .continueWith(this::startRest)
                .filter(started -> !started.isEmpty())
                .onItem()
                .<Uni<Voiced>>disjoint()
                .onOverflow()
                .buffer(MOST_HELD)
                .onItem()
                .transformToUniAndConcatenate(Function.identity())
                .onItem()
                .invoke(this::offer)
                .onCompletion()
                .invoke(this::offeredAll);
        Ticker ticker = new Ticker(clock, TICK, () -> allOffered && air.empty());
        return Multi.createBy()
                .merging()
                .<Object>streams(aired.map(Object.class::cast), ticker.ticks().map(Object.class::cast))
                .onItem()
                .transform(ignored -> air.due(clock.nowNs(), LEAD.toNanos()));
    }

    /** Source to output frame by frame; segments are cut and written on the side. */
    private Multi<List<Frame>> passthrough() {
        Multi<List<Frame>> frames = source.events()
                .onFailure(StreamFailure.class)
                .recoverWithMulti(this::drainAfter)
                .onItem()
                .invoke(this::follow)
                .onItem()
                .transform(event -> {
                    List<TimedFrame> timed = intake.timed(event);
                    intake.segments(event, timed).forEach(this::keep);
                    return event instanceof SourceEvent.Lost ? relay.lost(timed) : relay.accept(timed);
                })
                .filter(ready -> !ready.isEmpty() || lostNs != NOT_LOST)
                .onCompletion()
                .continueWith(() -> {
                    intake.rest().forEach(this::keep);
                    offeredAll();
                    return List.of(relay.rest());
                })
                // The other thread that pushes, the ticker's, may be held up by a busy machine; beyond this the stream
                // fails.
                .onOverflow()
                .buffer(MOST_PUSHED);
        Ticker ticker = new Ticker(clock, RELAY_TICK, () -> allOffered);
        return Multi.createBy()
                .merging()
                .streams(
                        frames,
                        ticker.ticks().filter(this::silenceIsDue).onItem().transform(relay::due));
    }

    private boolean silenceIsDue(long nowNs) {
        long sinceNs = lostNs;
        return sinceNs != NOT_LOST && nowNs - sinceNs >= SILENCE_AFTER.toNanos();
    }

    /** No more is read; what is held airs. Does not block. */
    public void stop(String reason) {
        ending.drain(reason);
    }

    /**
     * It is over, and nothing more is to be shown of it: its series disappear. Not done at the end itself: in {@code run} the process ends
     * with the stream, and the last scrape is to find what it came to.
     */
    public void forget() {
        parts.events().accept(new StreamEvent.Gone());
    }

    /** The media server's hooks said that the publisher is gone, or there. */
    public void publisherGone() {
        source.notReady();
    }

    public void publisherThere() {
        source.ready();
    }

    /** Changes its languages while it runs. What cannot be done is a line of the log. */
    public void command(StreamCommand command) {
        languages.command(command);
    }

    public StreamState state() {
        return life.state();
    }

    public StreamSpec spec() {
        return spec;
    }

    /** Called each second; what was measured goes to the stream's events. */
    public void measure() {
        Map<Figure, Long> figures = report.tell(clock.nowNs());
        if (parts.passthrough()) {
            languages.measure(relay, lostNs == NOT_LOST);
        } else {
            figures.put(Figure.HELD_BYTES, heldBehind());
            figures.put(Figure.OUTPUT_PUSH_LATE_NS, latestPushNs.getThenReset());
            languages.measure(air);
        }
        parts.events().accept(new StreamEvent.Figures(figures));
    }

    /** Dubbing of each segment that is complete with this event runs from here on; what comes out is waited for in order. */
    private List<Uni<Voiced>> startDubbing(SourceEvent event) {
        List<Uni<Voiced>> started = start(intake.segments(event, intake.timed(event)));
        // After the segment that a loss closes: STS is to have it before it is told to pause.
        follow(event);
        return started;
    }

    /** Nothing more is read. */
    private List<List<Uni<Voiced>>> startRest() {
        Duration nominal = parts.segmentDuration().plus(parts.offset().orElse(parts.stsTimeout()));
        ending.within(nominal.plus(MOST_DRAIN), air::queued);
        return List.of(start(intake.rest()));
    }

    private List<Uni<Voiced>> start(List<Segment> segments) {
        // Once a frame, and nearly always of nothing: a stream would cost more than all else here.
        return segments.isEmpty()
                ? List.of()
                : segments.stream().map(this::startOne).toList();
    }

    private Uni<Voiced> startOne(Segment segment) {
        dubbingBytes.addAndGet(segment.bytes());
        parts.events().accept(segment.cut());
        return languages.start(segment, parts.files().keep(segment));
    }

    /** What the stream holds behind the segmenter: in dubbing, and waiting to air. A relay's segments are written at once. */
    private long heldBehind() {
        return parts.passthrough() ? 0 : dubbingBytes.get() + air.heldBytes();
    }

    private void follow(SourceEvent event) {
        if (event instanceof SourceEvent.Lost lost) {
            lostNs = clock.nowNs();
            life.sourceLost(lost.reason());
            if (lost.failed()) {
                parts.events().accept(new StreamEvent.PipelineError(Pipeline.SOURCE, lost.reason()));
            }
            languages.sourceLost(lost.reason());
        } else if (event instanceof SourceEvent.Back) {
            lostNs = NOT_LOST;
            life.live();
            languages.sourceBack();
        }
    }

    private void formatsKnown(VideoFormat video, AudioFormat audio) {
        parts.events().accept(new StreamEvent.Note("source: " + video + ", " + audio));
        makeSilence(audio);
        if (parts.passthrough()) {
            languages.open(video, audio, clock.nowNs());
            return;
        }
        languages.begin(audio);
        long zeroNs = outputZeroNs();
        open = () -> languages.open(video, audio, Math.min(zeroNs, outputZeroNs()));
        clock.schedule(zeroNs - CONNECT_AHEAD.toNanos(), this::openAhead);
    }

    /** Everything behind takes a frame's format from the frame. STS is told when the first fragment of the new one is due. */
    private void soundChanged(AudioFormat audio) {
        parts.events().accept(new StreamEvent.Note("source: the sound is " + audio + " now"));
        makeSilence(audio);
    }

    /** Ahead of its use, which must not wait for an encoder. */
    private void makeSilence(AudioFormat audio) {
        parts.workers().execute(() -> parts.engine().audioCodec().silence(audio));
    }

    /**
     * Before anything that will air, also when the clock has settled since the formats were known: a stream's first frames are late while classes
     * are loaded, and what comes sooner moves its beginning.
     */
    private long outputZeroNs() {
        return air.begun() ? air.zeroAirNs() : air.airNsOf(0) - OUTPUT_HEADROOM.toNanos();
    }

    private void openAhead() {
        try {
            open.run();
        } catch (RuntimeException | Error failed) {
            ending.defect(failed);
        }
    }

    private void keep(Segment segment) {
        parts.events().accept(segment.cut());
        parts.files().keep(segment).subscribe().with(ignored -> {}, ignored -> {});
    }

    private void offer(Voiced voiced) {
        Segment segment = voiced.segment();
        dubbingBytes.addAndGet(-segment.bytes());
        boolean first = !air.begun();
        if (!languages.offer(voiced, air, first ? open : () -> {})) {
            parts.events()
                    .accept(new StreamEvent.Warning(String.format(
                            Locale.ROOT,
                            "segment %d is refused: more is held than a stream may hold",
                            segment.batch())));
        }
    }

    private void offeredAll() {
        air.end();
        allOffered = true;
        ending.allOffered();
    }

    /** The source is not to be had: what is held still airs. */
    private Multi<SourceEvent> drainAfter(Throwable cause) {
        ending.sourceFailed((StreamFailure) cause);
        return Multi.createFrom().empty();
    }

    /** STS is given up for a language. */
    private void stsGivenUp(String reason) {
        if (languages.allLost()) {
            ending.stsFailed(new StreamFailure(ExitCode.STS_LOST, reason));
        }
    }

    private void publishingFailed(StreamFailure cause) {
        ending.publishingFailed(cause);
    }
}
