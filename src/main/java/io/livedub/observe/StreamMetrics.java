package io.livedub.observe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** The series of one stream (contracts: configuration, "Metrics"); they are gone from the registry when it is closed. Thread-safe. */
public final class StreamMetrics implements AutoCloseable {
    private static final double[] RTT_BUCKETS_MS = {50, 100, 250, 500, 1000, 2000, 4000, 8000};
    private static final List<String> FALLBACK_REASONS = List.of(
            "timeout",
            "late",
            "failed",
            "breaker_open",
            "backpressure",
            "disconnected",
            "unusable",
            "overload",
            "operator");
    /** Labels of what is left out or put right of what a source sends. */
    public static final List<String> SOURCE_KINDS = List.of(
            "foreign_track",
            "unreadable",
            "no_configuration",
            "adts",
            "reframed",
            "composition",
            "configuration",
            "too_fast",
            "filled",
            "overlapping",
            "restamped",
            "stray",
            "jump",
            "shift",
            "too_much");

    private static final List<String> TRACKS = List.of("video", "audio", "audio_dubbed");
    private static final List<String> BACKPRESSURE_ACTIONS = List.of("slow_down", "pause", "none");

    private final MeterRegistry registry;
    private final String streamId;
    // Written from the threads of a stream's news too.
    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final Counter audioFragments;
    private final Counter dubbedSegments;
    private final Counter reconnections;
    private final Counter fileErrors;
    private final Map<String, Counter> fallbacks = new ConcurrentHashMap<>();
    private final Map<String, Counter> backpressure = new ConcurrentHashMap<>();
    private final Map<String, Counter> busErrors = new ConcurrentHashMap<>();
    private final Map<String, Counter> segmentsWritten = new ConcurrentHashMap<>();
    private final DistributionSummary roundTripMs;
    private final AtomicLong videoFrames = new AtomicLong();
    private final AtomicLong audioFrames = new AtomicLong();
    private final AtomicLong outputBytes = new AtomicLong();
    private final Map<String, AtomicLong> source = new ConcurrentHashMap<>();
    private final AtomicLong sourceDistanceMs = new AtomicLong();
    private final AtomicLong sourceDriftPpm = new AtomicLong();
    private final AtomicLong originalMilliLufs = new AtomicLong();
    private final AtomicLong dubMilliLufs = new AtomicLong();
    private final AtomicLong bedMilliDb = new AtomicLong();
    private final AtomicBoolean soundKnown = new AtomicBoolean();
    private final AtomicLong inflight = new AtomicLong();
    private final AtomicLong breaker = new AtomicLong();
    private final AtomicLong state = new AtomicLong();
    private final AtomicLong latencyUs = new AtomicLong();
    private final AtomicLong avSyncDeltaUs = new AtomicLong();

    public StreamMetrics(MeterRegistry registry, String streamId) {
        this.registry = registry;
        this.streamId = streamId;
        audioFragments = counter("worker.audio.fragments", "Audio segments completed");
        dubbedSegments = counter("worker.segments.dubbed", "Segments aired with dubbed audio");
        reconnections = counter("worker.reconnections", "Successful reconnects to STS");
        fileErrors = counter("worker.segment.file.errors", "Segment files that could not be written");
        FALLBACK_REASONS.forEach(reason -> fallbacks.put(
                reason, counter("worker.fallback", "Segments aired with original audio", "reason", reason)));
        BACKPRESSURE_ACTIONS.forEach(action -> backpressure.put(
                action, counter("worker.backpressure.events", "Backpressure events from STS", "action", action)));
        for (String pipeline : List.of("source", "sink")) {
            busErrors.put(
                    pipeline, counter("worker.gst.bus.errors", "Errors of a GStreamer pipeline", "pipeline", pipeline));
        }
        for (String track : TRACKS) {
            segmentsWritten.put(track, counter("worker.segments.written", "Segment files written", "track", track));
        }
        counted("worker.output.frames", "Frames handed to the output", videoFrames, "track", "video");
        counted("worker.output.frames", "Frames handed to the output", audioFrames, "track", "audio");
        counted("worker.output.bytes", "Payload bytes that the media server has taken", outputBytes);
        roundTripMs = kept(DistributionSummary.builder("worker.sts.rtt.ms")
                .description("Fragment sent to result received, milliseconds")
                .tags(Tags.of("stream_id", streamId))
                .serviceLevelObjectives(RTT_BUCKETS_MS)
                .register(registry));
        for (String kind : SOURCE_KINDS) {
            AtomicLong total = new AtomicLong();
            source.put(kind, total);
            counted(
                    "worker.source.oddities",
                    "What was left out or put right of what the source sent",
                    total,
                    "kind",
                    kind);
        }
        gauge(
                "worker.source.av.distance.ms",
                "The source's own distance: stamp of the sound minus stamp of the picture that arrives with it",
                sourceDistanceMs,
                1);
        gauge("worker.source.drift.ppm", "By how much the source's clock runs slower than ours", sourceDriftPpm, 1);
        gauge("worker.inflight.fragments", "Fragments sent and not yet answered", inflight, 1);
        gauge("worker.sts.breaker.state", "0 closed, 1 half-open, 2 open", breaker, 1);
        gauge("worker.stream.state", "0 connecting, 1 live, 2 source lost, 3 draining, 4 ended, 5 failed", state, 1);
        gauge("worker.latency.ms", "Source frame in to the same frame out", latencyUs, 1e-3);
        gauge(
                "worker.av.sync.delta.ms",
                "Audio minus video at the output; sound early is negative",
                avSyncDeltaUs,
                1e-3);
    }

    public void audioFragment() {
        audioFragments.increment();
    }

    public void dubbed() {
        dubbedSegments.increment();
    }

    public void reconnected() {
        reconnections.increment();
    }

    public void fallback(String reason) {
        fallbacks.get(reason).increment();
    }

    /** What STS asked for; an action the protocol does not know counts as {@code none}, for a label's values must be bounded. */
    public void backpressure(String action) {
        backpressure.getOrDefault(action, backpressure.get("none")).increment();
    }

    /** @param pipeline {@code source} or {@code sink} */
    public void busError(String pipeline) {
        busErrors.get(pipeline).increment();
    }

    /** @param track {@code video}, {@code audio} or {@code audio_dubbed} */
    public void segmentWritten(String track) {
        segmentsWritten.get(track).increment();
    }

    public void fileError() {
        fileErrors.increment();
    }

    /** Totals so far: what is counted elsewhere is read once a second, so that a frame costs nothing here. */
    public void output(long video, long audio, long bytes) {
        videoFrames.set(video);
        audioFrames.set(audio);
        outputBytes.set(bytes);
    }

    /** A total so far of what was left out or put right of what the source sent; {@code kind} is one of {@link #SOURCE_KINDS}. */
    public void source(String kind, long total) {
        source.get(kind).set(total);
    }

    public void sourceClocks(long distanceMs, long driftPpm) {
        sourceDistanceMs.set(distanceMs);
        sourceDriftPpm.set(driftPpm);
    }

    public void roundTrip(Duration roundTrip) {
        roundTripMs.record(roundTrip.toNanos() / 1e6);
    }

    /** Levels of the last dubbed segment that was mixed, in thousandths; the series begin with the first of them. */
    public void sound(long originalLufs, long dubLufs, long bedDb) {
        originalMilliLufs.set(originalLufs);
        dubMilliLufs.set(dubLufs);
        bedMilliDb.set(bedDb);
        if (soundKnown.compareAndSet(false, true)) {
            gauge("worker.original.lufs", "Loudness of the original in the last minute, LUFS", originalMilliLufs, 1e-3);
            gauge("worker.dub.lufs", "Loudness of the last dubbed segment's dub, LUFS", dubMilliLufs, 1e-3);
            gauge("worker.dub.bed.db", "Lowest level of the original under the last dub, dB", bedMilliDb, 1e-3);
        }
    }

    public void inflight(int count) {
        inflight.set(count);
    }

    public void breaker(int value) {
        breaker.set(value);
    }

    public void state(int value) {
        state.set(value);
    }

    public void latencyNs(long ns) {
        latencyUs.set(ns / 1_000);
    }

    public void avSyncDeltaNs(long ns) {
        avSyncDeltaUs.set(ns / 1_000);
    }

    /** What the summary, the API and the console show; the same numbers as the series. */
    public Snapshot snapshot() {
        Map<String, Long> byReason = new TreeMap<>();
        fallbacks.forEach((reason, counter) -> byReason.put(reason, (long) counter.count()));
        return new Snapshot(
                (long) audioFragments.count(),
                (long) dubbedSegments.count(),
                byReason,
                (long) fileErrors.count(),
                inflight.get(),
                latencyUs.get() / 1e3,
                avSyncDeltaUs.get() / 1e3);
    }

    /** Numbers at one moment. */
    public record Snapshot(
            long segments,
            long dubbed,
            Map<String, Long> fallbacks,
            long fileErrors,
            long inflight,
            double latencyMs,
            double avSyncDeltaMs) {
        public long fallbackTotal() {
            return fallbacks.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }

    private Counter counter(String name, String description, String... labels) {
        return kept(Counter.builder(name)
                .description(description)
                .tags(Tags.of("stream_id", streamId).and(labels))
                .register(registry));
    }

    private void counted(String name, String description, AtomicLong total, String... labels) {
        kept(FunctionCounter.builder(name, total, AtomicLong::get)
                .description(description)
                .tags(Tags.of("stream_id", streamId).and(labels))
                .register(registry));
    }

    private void gauge(String name, String description, AtomicLong value, double scale) {
        kept(Gauge.builder(name, value, v -> v.get() * scale)
                .description(description)
                .tags(Tags.of("stream_id", streamId))
                .register(registry));
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }
}
