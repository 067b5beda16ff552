package io.livedub.stream;

import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.dub.AiredSegment;
import io.livedub.dub.AiredSegment.Airing;
import io.livedub.observe.StreamLog;
import io.livedub.segment.Segment;
import io.livedub.segment.SegmentRecord;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamState;

/** What a stream does, as its news, as lines of the log, and as traces of its segments. */
class StreamTelemetry implements StreamObserver {
    private final Consumer<StreamNews> news;
    private final StreamLog log;
    private final SegmentTracer tracer;
    private final StreamTotals totals;

    StreamTelemetry(Consumer<StreamNews> news, StreamLog log, SegmentTracer tracer) {
        this(news, log, tracer, new StreamTotals(System::nanoTime));
    }

    StreamTelemetry(Consumer<StreamNews> news, StreamLog log, SegmentTracer tracer, StreamTotals totals) {
        this.news = news;
        this.log = log;
        this.tracer = tracer;
        this.totals = totals;
    }

    @Override
    public void lifeChanged(StreamState from, StreamState to, String reason) {
        news.accept(new StreamNews.Life(to, reason));
        log.transition("stream", from.label(), to.label(), reason);
        if (to.isOver()) {
            log.info(totals.line(to, reason), totals.fields(to, reason));
        }
    }

    @Override
    public void cut(Segment segment) {
        tracer.cut(segment);
        totals.cut();
        news.accept(new StreamNews.Cut(segment.batch(), !segment.audio().isEmpty()));
    }

    @Override
    public void aired(AiredSegment aired, long outputNs, long airNs) {
        tracer.placed(aired, airNs);
        Segment segment = aired.segment();
        if (aired.airing() instanceof Airing.Dubbed dubbed) {
            totals.dubbed();
            news.accept(new StreamNews.Aired(
                    segment.batch(),
                    outputNs,
                    segment.durationNs(),
                    true,
                    dubbed.fit(),
                    dubbed.transcript(),
                    dubbed.translation()));
            aired.levels()
                    .ifPresent(levels -> news.accept(new StreamNews.Sound(
                            milli(levels.originalLufs()), milli(levels.dubLufs()), milli(levels.bedDb()))));
            log.info(
                    String.format(Locale.ROOT, "segment %d is dubbed (%s)", segment.batch(), dubbed.fit()),
                    "batch",
                    segment.batch(),
                    "fragmentId",
                    segment.fragmentId());
        } else if (aired.airing() instanceof Airing.Original original) {
            news.accept(new StreamNews.Aired(
                    segment.batch(), outputNs, segment.durationNs(), false, original.why(), "", ""));
            log.info(
                    String.format(
                            Locale.ROOT,
                            "segment %d airs with its original audio: %s",
                            segment.batch(),
                            original.why()),
                    "batch",
                    segment.batch(),
                    "fragmentId",
                    segment.fragmentId());
        }
    }

    private static long milli(double level) {
        return Math.max(StreamNews.Sound.SILENT, Math.round(level * 1000));
    }

    @Override
    public void pipelineError(String pipeline, String message) {
        news.accept(new StreamNews.PipelineError(pipeline));
        log.warn(pipeline + ": " + message, "pipeline", pipeline);
    }

    @Override
    public void measured(long latencyNs, long avDeltaNs) {
        news.accept(new StreamNews.Measured(latencyNs, avDeltaNs));
    }

    @Override
    public void sent(long videoFrames, long audioFrames, long bytes) {
        totals.sent(videoFrames, audioFrames);
        news.accept(new StreamNews.Sent(videoFrames, audioFrames, bytes));
    }

    @Override
    public void source(SourceFigures figures) {
        news.accept(new StreamNews.Source(figures));
    }

    @Override
    public void breakerGauge(int value) {
        news.accept(new StreamNews.Breaker(value));
    }

    @Override
    public void note(String message, Object... fields) {
        log.info(message, fields);
    }

    @Override
    public void defect(Throwable cause) {
        log.defect("internal error", cause);
    }

    @Override
    public void gone() {
        tracer.ended();
        news.accept(new StreamNews.Gone());
    }

    @Override
    public void stateChanged(String from, String to, String reason) {
        news.accept(new StreamNews.Sts(to));
        log.transition("sts", from, to, reason);
    }

    @Override
    public void breakerChanged(String from, String to, String reason) {
        news.accept(new StreamNews.Breaker("open".equals(to) ? 2 : "half-open".equals(to) ? 1 : 0));
        log.transition("breaker", from, to, reason);
    }

    @Override
    public void inflight(int count) {
        news.accept(new StreamNews.Inflight(count));
    }

    @Override
    public void sent(UUID fragmentId) {
        tracer.sent(fragmentId);
    }

    @Override
    public void fitted(UUID fragmentId, Duration took) {
        tracer.fitted(fragmentId, took);
    }

    @Override
    public void roundTrip(UUID fragmentId, Duration roundTrip) {
        tracer.answered(fragmentId, roundTrip);
        news.accept(new StreamNews.RoundTrip(roundTrip.toNanos()));
    }

    @Override
    public void fallback(UUID fragmentId, FallbackReason reason, String detail) {
        tracer.fallback(fragmentId, reason, detail);
        totals.fallback(reason.label());
        news.accept(new StreamNews.Fallback(reason.label()));
        log.warn(
                String.format(Locale.ROOT, "original audio (%s): %s", reason.label(), detail),
                "fragmentId",
                fragmentId,
                "reason",
                reason.label());
    }

    @Override
    public void backpressure(String action, String detail) {
        news.accept(new StreamNews.Backpressure(action));
        log.info(String.format(Locale.ROOT, "STS asks for %s: %s", action, detail), "action", action);
    }

    @Override
    public void reconnected() {
        news.accept(new StreamNews.Reconnected());
    }

    @Override
    public void completed(String statistics) {
        log.info("STS has completed: " + statistics);
    }

    @Override
    public void warning(String message) {
        log.warn(message);
    }

    @Override
    public void written(SegmentRecord segment, StoredTrack track) {
        news.accept(new StreamNews.Written(track.label()));
        log.info(
                String.format(Locale.ROOT, "segment %d %s written", segment.batchNumber(), track.label()),
                "fragment_id",
                segment.fragmentId(),
                "stream_id",
                segment.streamId(),
                "batch_number",
                segment.batchNumber(),
                "t0_ns",
                segment.t0Ns(),
                "duration_ns",
                segment.durationNs(),
                "file_path",
                segment.filePath(),
                "starts_with_keyframe",
                segment.startsWithKeyframe());
    }

    @Override
    public void lost(String streamId, StoredTrack track, String why) {
        news.accept(new StreamNews.FileLost());
    }
}
