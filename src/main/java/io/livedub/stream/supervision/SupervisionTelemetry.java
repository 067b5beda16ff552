package io.livedub.stream.supervision;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

/** Metrics and log lines of supervision. */
public final class SupervisionTelemetry implements SupervisionObserver {
    private static final String STREAM_ID = "stream_id";

    private final MeterRegistry registry;
    private final Counter refused;
    private final Map<ExitCode, Counter> failures = new HashMap<>();

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
    public Runnable failed(StreamListing stream, StreamState.Failed failure) {
        failures.get(failure.exitCode()).increment();
        if (stream.restartIn().isPresent()) {
            Counter.builder("worker.stream.restarts")
                    .description("Restarts after a failure")
                    .tag(STREAM_ID, stream.streamId().value())
                    .register(registry)
                    .increment();
        } else {
            // It may be shown for long; its series end here.
            removed(stream.streamId());
        }
        return () -> tell(stream, failure);
    }

    private static void tell(StreamListing stream, StreamState.Failed failure) {
        StreamLog log = StreamLog.of(stream.streamId());
        String next = stream.restartIn()
                .map(wait -> "started again in " + wait.toSeconds() + " s")
                .orElse("not started again");
        log.warn(
                String.format(Locale.ROOT, "stream failed, %s: %s", next, failure.reason()),
                "reason",
                failure.reason(),
                "exitCode",
                failure.exitCode().code(),
                "failures",
                stream.failures(),
                "correlationId",
                stream.correlationId());
    }

    @Override
    public Runnable refused(StreamId streamId, int limit) {
        refused.increment();
        return () -> StreamLog.of(streamId)
                .warn(String.format(Locale.ROOT, "refused: the capacity of %d streams is reached", limit));
    }

    /** Every series of the stream goes, whoever made it: one that was forgotten would stay for as long as the process. */
    @Override
    public void removed(StreamId streamId) {
        registry.getMeters().stream()
                .filter(meter -> streamId.value().equals(meter.getId().getTag(STREAM_ID)))
                .forEach(registry::remove);
    }
}
