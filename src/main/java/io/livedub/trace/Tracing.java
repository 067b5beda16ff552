package io.livedub.trace;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.stream.events.StreamEvent;

/** Traces of this process. Without an endpoint there is no thread, no client and no trace. */
@Singleton
public class Tracing implements Function<StreamId, Consumer<StreamEvent>> {
    private final MediaClock clock;
    private final Optional<OtlpExporter> exporter;
    private final long epochNs;

    public Tracing(WorkerConfig config, MediaClock clock) {
        this.clock = clock;
        this.epochNs = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()) - clock.nowNs();
        this.exporter = config.traces()
                .endpoint()
                .map(endpoint -> exporter(endpoint, config.traces().headers(), config.process()));
    }

    private static OtlpExporter exporter(URI endpoint, Map<String, String> headers, WorkerConfig.Process process) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("service.name", "stream-worker");
        resource.put("service.instance.id", process.instanceId());
        resource.put("runId", process.runId());
        return new OtlpExporter(endpoint, headers, resource);
    }

    @Override
    public Consumer<StreamEvent> apply(StreamId streamId) {
        return exporter.<Consumer<StreamEvent>>map(to ->
                        new StreamTraces(language -> new SegmentTraces(streamId, language, clock, epochNs, to::export)))
                .orElse(event -> {});
    }

    @PreDestroy
    void flush() {
        exporter.ifPresent(OtlpExporter::close);
    }
}
