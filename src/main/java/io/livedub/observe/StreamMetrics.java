package io.livedub.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import io.livedub.id.StreamId;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;
import io.livedub.stream.events.StreamEvent.Pipeline;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/**
 * A stream's events as its series (contracts: configuration, "Metrics"), and those of each of its languages. They are gone from the registry when
 * the stream is, or the language. A metric that counts events is a statement here, one that shows a measured value a constant of {@link Figure}.
 * Thread-safe.
 */
public final class StreamMetrics implements Consumer<StreamEvent> {
    private static final double[] RTT_BUCKETS_MS = {50, 100, 250, 500, 1000, 2000, 4000, 8000};

    private final MeterRegistry registry;
    private final Tags tags;
    private final Series stream;
    private final Map<String, Series> languages = new HashMap<>();

    public StreamMetrics(MeterRegistry registry, StreamId streamId) {
        this.registry = registry;
        this.tags = Tags.of("stream_id", streamId.value());
        this.stream = ofStream();
    }

    @Override
    public void accept(StreamEvent event) {
        if (event instanceof OfLanguage of) {
            ofLanguage(of);
            return;
        }
        stream.accept(event);
        if (event instanceof StreamEvent.Gone) {
            synchronized (this) {
                languages.values().forEach(series -> series.accept(event));
                languages.clear();
            }
        }
    }

    private void ofLanguage(OfLanguage of) {
        Series series;
        synchronized (this) {
            series = languages.computeIfAbsent(of.language(), this::ofLanguage);
            if (of.event() instanceof StreamEvent.Gone) {
                languages.remove(of.language());
            }
        }
        series.accept(of.event());
        if (of.event() instanceof StreamEvent.PipelineError) {
            stream.accept(of.event());
        }
    }

    private Series ofStream() {
        Series series = new Series(registry, tags, figure -> !figure.ofLanguage());
        series.count(
                StreamEvent.Cut.class,
                "worker.audio.fragments",
                "Audio segments completed",
                StreamEvent.Cut::withAudio);
        series.count(
                StreamEvent.FileLost.class,
                "worker.segment.file.errors",
                "Segment files that could not be written",
                event -> true);
        series.count(
                StreamEvent.PipelineError.class,
                "worker.gst.bus.errors",
                "Errors of a GStreamer pipeline",
                "pipeline",
                Stream.of(Pipeline.values()).map(Pipeline::label),
                event -> event.pipeline().label());
        series.count(
                StreamEvent.FileWritten.class,
                "worker.segments.written",
                "Segment files written",
                "track",
                Stream.of(StoredTrack.values()).map(StoredTrack::label),
                event -> event.track().label());
        series.count(
                StreamEvent.Resumed.class,
                "worker.stream.resumed",
                "Times that the stream went on where another process had ended",
                event -> true);
        series.count(
                StreamEvent.SpoolGivenUp.class,
                "worker.spool.given.up",
                "Spools given up: a process that is killed then loses what has not aired",
                event -> true);
        return series;
    }

    private Series ofLanguage(String language) {
        Series series = new Series(registry, tags.and("language", language), Figure::ofLanguage);
        series.count(
                StreamEvent.Aired.class,
                "worker.segments.dubbed",
                "Segments aired with dubbed audio",
                StreamEvent.Aired::dubbed);
        series.count(StreamEvent.Reconnected.class, "worker.reconnections", "Successful reconnects to STS", e -> true);
        series.count(
                StreamEvent.Fallback.class,
                "worker.fallback",
                "Segments aired with original audio",
                "reason",
                Stream.of(FallbackReason.values()).map(FallbackReason::label),
                event -> event.reason().label());
        series.count(
                StreamEvent.Backpressure.class,
                "worker.backpressure.events",
                "Backpressure events from STS",
                "action",
                Stream.of(Action.values()).map(Action::label),
                event -> event.action().label());
        series.distribution(
                StreamEvent.RoundTrip.class,
                "worker.sts.rtt.ms",
                "Fragment sent to result received, milliseconds",
                RTT_BUCKETS_MS,
                result -> result.took().toNanos() / 1e6);
        return series;
    }
}
