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
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.LifeEvent.Pipeline;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/**
 * A stream's events as its series (contracts: configuration, "Metrics"), and those of each of its languages. They are
 * gone from the registry when the stream is, or the language. A metric that counts events is a statement here, one
 * that shows a measured value a constant of {@link Figure}. Thread-safe.
 */
public final class StreamMetrics implements Consumer<StreamEvent> {
    private static final double[] RTT_BUCKETS_MS = {50, 100, 250, 500, 1000, 2000, 4000, 8000};

    private final MeterRegistry registry;
    private final Tags tags;
    private final Series stream;
    private final Map<String, Series> languages = new HashMap<>();
    private boolean gone;

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
        if (event instanceof LifeEvent.Gone) {
            synchronized (this) {
                languages.values().forEach(series -> series.accept(event));
                languages.clear();
                gone = true;
            }
        }
    }

    private void ofLanguage(OfLanguage of) {
        Series series;
        synchronized (this) {
            if (gone) {
                // A session that ends behind its stream: its series would stay for good, and be in the way of the
                // stream's next ones.
                return;
            }
            series = languages.computeIfAbsent(of.language(), this::ofLanguage);
            if (of.event() instanceof LifeEvent.Gone) {
                languages.remove(of.language());
            }
        }
        series.accept(of.event());
        if (of.event() instanceof LifeEvent.PipelineError) {
            stream.accept(of.event());
        }
    }

    private Series ofStream() {
        Series series = new Series(registry, tags, figure -> !figure.ofLanguage());
        series.count(
                SegmentEvent.Cut.class,
                "worker.audio.fragments",
                "Audio segments completed",
                SegmentEvent.Cut::withAudio);
        series.count(
                SegmentEvent.FileLost.class,
                "worker.segment.file.errors",
                "Segment files that could not be written",
                event -> true);
        series.count(
                LifeEvent.PipelineError.class,
                "worker.gst.bus.errors",
                "Errors of a GStreamer pipeline",
                "pipeline",
                Stream.of(Pipeline.values()).map(Pipeline::label),
                event -> event.pipeline().label());
        series.count(
                SegmentEvent.FileWritten.class,
                "worker.segments.written",
                "Segment files written",
                "track",
                Stream.of(StoredTrack.values()).map(StoredTrack::label),
                event -> event.track().label());
        series.count(
                LifeEvent.Resumed.class,
                "worker.stream.resumed",
                "Times that the stream went on where another process had ended",
                event -> true);
        series.count(
                LifeEvent.SpoolGivenUp.class,
                "worker.spool.given.up",
                "Spools given up: a process that is killed then loses what has not aired",
                event -> true);
        return series;
    }

    private Series ofLanguage(String language) {
        Series series = new Series(registry, tags.and("language", language), Figure::ofLanguage);
        series.count(
                SegmentEvent.Aired.class,
                "worker.segments.dubbed",
                "Segments aired with dubbed audio",
                SegmentEvent.Aired::dubbed);
        series.count(SessionEvent.Reconnected.class, "worker.reconnections", "Successful reconnects to STS", e -> true);
        series.count(
                SegmentEvent.Fallback.class,
                "worker.fallback",
                "Segments aired with original audio",
                "reason",
                Stream.of(FallbackReason.values()).map(FallbackReason::label),
                event -> event.reason().label());
        series.count(
                SessionEvent.PaceAsked.class,
                "worker.backpressure.events",
                "Backpressure events from STS",
                "action",
                Stream.of(Action.values()).map(Action::label),
                event -> event.action().label());
        series.distribution(
                SegmentEvent.RoundTrip.class,
                "worker.sts.rtt.ms",
                "Fragment sent to result received, milliseconds",
                RTT_BUCKETS_MS,
                result -> result.took().toNanos() / 1e6);
        return series;
    }
}
