package io.livedub.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.livedub.dub.AiredSegment;
import io.livedub.observe.StreamLog;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.StreamState;

/** The real telemetry of a stream, and what it was told. */
final class Recorder extends StreamTelemetry {
    final List<String> life = new ArrayList<>();
    final List<String> fallbacks = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final List<String> pipelineErrors = new ArrayList<>();
    final List<Throwable> defects = new ArrayList<>();
    final List<AiredSegment> aired = new ArrayList<>();
    final StreamMetrics metrics;
    long latencyNs;
    long avDeltaNs;

    Recorder() {
        this(new StreamMetrics(new SimpleMeterRegistry(), "test"));
    }

    private Recorder(StreamMetrics metrics) {
        super(new NewsMetrics(metrics), StreamLog.of("test"), SegmentTracer.NONE);
        this.metrics = metrics;
    }

    @Override
    public void lifeChanged(StreamState from, StreamState to, String reason) {
        super.lifeChanged(from, to, reason);
        life.add(to.label());
    }

    @Override
    public void aired(AiredSegment segment, long outputNs, long airNs) {
        super.aired(segment, outputNs, airNs);
        aired.add(segment);
    }

    @Override
    public void fallback(UUID fragmentId, FallbackReason reason, String detail) {
        super.fallback(fragmentId, reason, detail);
        fallbacks.add(reason.label());
    }

    @Override
    public void warning(String message) {
        super.warning(message);
        warnings.add(message);
    }

    @Override
    public void pipelineError(String pipeline, String message) {
        super.pipelineError(pipeline, message);
        pipelineErrors.add(pipeline + ": " + message);
    }

    @Override
    public void defect(Throwable cause) {
        defects.add(cause);
    }

    @Override
    public void measured(long latency, long avDelta) {
        super.measured(latency, avDelta);
        latencyNs = latency;
        avDeltaNs = avDelta;
    }
}
