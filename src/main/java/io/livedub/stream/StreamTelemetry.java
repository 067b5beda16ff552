package io.livedub.stream;

import java.time.Duration;
import java.util.UUID;

import io.livedub.dub.AiredSegment;
import io.livedub.dub.AiredSegment.Airing;
import io.livedub.observe.StreamLog;
import io.livedub.observe.StreamMetrics;
import io.livedub.segment.Segment;
import io.livedub.segment.SegmentRecord;
import io.livedub.segment.StoredTrack;
import io.livedub.sts.FallbackReason;

/** What a stream does, as metrics and as lines of the log. */
class StreamTelemetry implements StreamObserver {
    private final StreamMetrics metrics;
    private final StreamLog log;

    StreamTelemetry(StreamMetrics metrics, StreamLog log) {
        this.metrics = metrics;
        this.log = log;
    }

    @Override
    public void lifeChanged(StreamState from, StreamState to, String reason) {
        metrics.state(to.gauge());
        log.transition("stream", from.label(), to.label(), reason);
    }

    @Override
    public void cut(Segment segment) {
        if (!segment.audio().isEmpty()) {
            metrics.audioFragment();
        }
    }

    @Override
    public void aired(AiredSegment aired) {
        Segment segment = aired.segment();
        if (aired.airing() instanceof Airing.Dubbed dubbed) {
            metrics.dubbed();
            log.info(
                    "segment %d is dubbed (%s)".formatted(segment.batch(), dubbed.fit()),
                    "batch",
                    segment.batch(),
                    "fragmentId",
                    segment.fragmentId());
        } else if (aired.airing() instanceof Airing.Original original) {
            log.info(
                    "segment %d airs with its original audio: %s".formatted(segment.batch(), original.why()),
                    "batch",
                    segment.batch(),
                    "fragmentId",
                    segment.fragmentId());
        }
    }

    @Override
    public void pipelineError(String pipeline, String message) {
        metrics.busError(pipeline);
        log.warn(pipeline + ": " + message, "pipeline", pipeline);
    }

    @Override
    public void measured(long latencyNs, long avDeltaNs) {
        metrics.latencyNs(latencyNs);
        metrics.avSyncDeltaNs(avDeltaNs);
    }

    @Override
    public void breakerGauge(int value) {
        metrics.breaker(value);
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
        metrics.close();
    }

    @Override
    public void stateChanged(String from, String to, String reason) {
        log.transition("sts", from, to, reason);
    }

    @Override
    public void breakerChanged(String from, String to, String reason) {
        metrics.breaker("open".equals(to) ? 2 : "half-open".equals(to) ? 1 : 0);
        log.transition("breaker", from, to, reason);
    }

    @Override
    public void inflight(int count) {
        metrics.inflight(count);
    }

    @Override
    public void roundTrip(UUID fragmentId, Duration roundTrip) {
        metrics.roundTrip(roundTrip);
    }

    @Override
    public void fallback(UUID fragmentId, FallbackReason reason, String detail) {
        metrics.fallback(reason.label());
        log.warn(
                "original audio (%s): %s".formatted(reason.label(), detail),
                "fragmentId",
                fragmentId,
                "reason",
                reason.label());
    }

    @Override
    public void backpressure(String action, String detail) {
        metrics.backpressure(action);
        log.info("STS asks for %s: %s".formatted(action, detail), "action", action);
    }

    @Override
    public void reconnected() {
        metrics.reconnected();
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
        metrics.segmentWritten(track.label());
        log.info(
                "segment %d %s written".formatted(segment.batchNumber(), track.label()),
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
        metrics.fileError();
    }
}
