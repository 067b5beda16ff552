package io.livedub.stream.supervision;

import java.util.HashMap;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import io.livedub.observe.StreamLog;
import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamState;

/** What supervision does, as metrics and log. */
public final class SupervisionTelemetry implements SupervisionObserver {
    private final MeterRegistry registry;
    private final Counter refused;
    private final Map<ExitCode, Counter> failures = new HashMap<>();
    private final Map<String, Counter> restarts = new HashMap<>();

    public SupervisionTelemetry(MeterRegistry registry) {
        this.registry = registry;
        refused = Counter.builder("worker.streams.refused")
                .description("Streams refused because the capacity was reached")
                .register(registry);
        // All of them from the start: a failure that a scrape has never seen at 0 is invisible to rate().
        for (ExitCode code : ExitCode.values()) {
            if (code != ExitCode.OK) {
                failures.put(
                        code,
                        Counter.builder("worker.stream.failures")
                                .description("Streams that failed, by exit code; they outlive the stream's own series")
                                .tag("exit_code", String.valueOf(code.code()))
                                .register(registry));
            }
        }
    }

    @Override
    public void failed(StreamListing stream, StreamState.Failed failure) {
        failures.get(failure.exitCode()).increment();
        StreamLog log = StreamLog.of(stream.streamId());
        String next = stream.restartIn()
                .map(wait -> "started again in " + wait.toSeconds() + " s")
                .orElse("not started again");
        log.warn(
                "stream failed, %s: %s".formatted(next, failure.reason()),
                "reason",
                failure.reason(),
                "exitCode",
                failure.exitCode().code(),
                "failures",
                stream.failures(),
                "correlationId",
                stream.correlationId());
        if (stream.restartIn().isPresent()) {
            restarts.computeIfAbsent(stream.streamId(), this::restartCounter).increment();
        }
    }

    private Counter restartCounter(String streamId) {
        return Counter.builder("worker.stream.restarts")
                .description("Restarts after a failure")
                .tag("stream_id", streamId)
                .register(registry);
    }

    @Override
    public void refused(String streamId, int limit) {
        refused.increment();
        StreamLog.of(streamId).warn("refused: the capacity of %d streams is reached".formatted(limit));
    }

    @Override
    public void removed(String streamId) {
        Counter gone = restarts.remove(streamId);
        if (gone != null) {
            registry.remove(gone);
        }
    }
}
