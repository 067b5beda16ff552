package io.livedub.stream.chain;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;

import io.livedub.config.ContinuityConfig;
import io.livedub.id.StreamId;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.observe.StreamLog;
import io.livedub.observe.StreamMetrics;
import io.livedub.segment.SegmentStore;
import io.livedub.sound.DubSound;
import io.livedub.stream.StreamLines;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.chain.FaultyEngine.Place;
import io.livedub.stream.disk.SegmentKeeper;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.supervision.Capacity;
import io.livedub.stream.supervision.InProcessLauncher;
import io.livedub.stream.supervision.SettingStore;
import io.livedub.stream.supervision.StreamListing;
import io.livedub.stream.supervision.StreamRegistry;
import io.livedub.stream.supervision.SupervisionTelemetry;
import io.livedub.sts.StsSession;
import io.livedub.sts.StsSettings;
import io.livedub.support.Metrics;
import io.livedub.support.Segments;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

/** Several streams in one process on virtual time: everything real but the ports. Segments of 2 s that air 3 s after they are complete. */
final class FaultyStreams {
    private static final Duration SEGMENT = Duration.ofSeconds(2);

    private final VirtualClock clock = new VirtualClock(1_000_000_000_000L);
    private final LiveStreams live = new LiveStreams();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, FaultyEngine> engines = new LinkedHashMap<>();
    private final Path folder;
    final StreamRegistry registry;
    private long streamMs;

    FaultyStreams(Path folder, List<String> ids) {
        this.folder = folder;
        this.registry = new StreamRegistry(
                new InProcessLauncher(this::create, Runnable::run),
                new Capacity(ids.size(), () -> true),
                clock,
                InstantSource.system(),
                id -> new StreamSpec(
                        id,
                        "rtmp://x/" + id + "/in",
                        "rtmp://x/" + id + "/out",
                        TestSettings.SPANISH,
                        Duration.ofSeconds(7)),
                SettingStore.NONE,
                new SupervisionTelemetry(meters));
        ids.forEach(id -> engines.put(id, new FaultyEngine(clock)));
    }

    FaultyStreams started() {
        engines.keySet().forEach(id -> registry.ready(new StreamId(id), "1"));
        return this;
    }

    FaultyEngine engine(String id) {
        return engines.get(id);
    }

    StreamListing stream(String id) {
        return registry.one(new StreamId(id)).orElseThrow();
    }

    Metrics metrics() {
        return Metrics.parse(meters.scrape());
    }

    private StreamWorker create(StreamSpec spec, Consumer<StreamEvent> others) {
        FaultyEngine engine = engines.get(spec.streamId().value());
        Consumer<StreamEvent> events = new StreamMetrics(meters, spec.streamId())
                .andThen(others)
                .andThen(new StreamLines(StreamLog.of(spec.streamId()), clock::nowNs));
        SegmentStore store = new SegmentStore(folder, spec.streamId(), engine.segmentWriter(), events);
        StreamParts parts = new StreamParts(
                engine,
                clock,
                Runnable::run,
                SEGMENT,
                Optional.of(Duration.ofSeconds(3)),
                Duration.ofSeconds(8),
                DubSound.OFF,
                false,
                new ContinuityConfig(false, false, Optional.empty(), Duration.ofSeconds(10), false),
                new SegmentKeeper(store, Runnable::run, Runnable::run, clock, events),
                Optional.of((its, target, told) ->
                        new StsSession(settings(spec.streamId().value()), engine, clock, InstantSource.system(), told)),
                Optional.empty(),
                Optional.empty(),
                events);
        return new StreamWorker(spec, parts, live);
    }

    private static StsSettings settings(String id) {
        return new StsSettings(
                URI.create("http://127.0.0.1:9"),
                null,
                new StreamId(id),
                "worker",
                "en",
                "es",
                "default",
                SEGMENT,
                Duration.ofSeconds(8),
                2,
                3,
                StsSettings.Loss.EXIT,
                StsSettings.Timing.CONTRACT);
    }

    /** All sources send this much in real time: 30 pictures a second, a keyframe each second, AAC of 48 kHz stereo. */
    void play(int seconds) {
        for (long until = streamMs + seconds * 1_000L; streamMs < until; streamMs += 100) {
            List<Frame> frames = frames(streamMs);
            engines.values().forEach(engine -> send(engine, frames));
            clock.advanceMs(100);
            if (streamMs % 1_000 == 0) {
                live.measure();
            }
        }
    }

    private static void send(FaultyEngine engine, List<Frame> frames) {
        if (engine.source.attempts.isEmpty() || engine.source.attempt().cancelled) {
            return;
        }
        if (engine.breaksAt(Place.SOURCE_READS)) {
            engine.source.attempt().fail(engine.fault());
            engine.mend();
            return;
        }
        frames.forEach(engine.source.attempt()::emit);
    }

    private List<Frame> frames(long fromMs) {
        List<Frame> frames = new ArrayList<>();
        for (long n = (fromMs * 30 + 999) / 1000; n * 1000 < (fromMs + 100) * 30; n++) {
            frames.add(frame(Track.VIDEO, n, n * 1_000_000_000L / 30));
        }
        for (long n = (fromMs * 48 + 1023) / 1024; n * 1024 < (fromMs + 100) * 48; n++) {
            frames.add(frame(Track.AUDIO, n, Segments.AAC.framesToNs(n)));
        }
        return frames;
    }

    private Frame frame(Track track, long number, long atNs) {
        boolean video = track == Track.VIDEO;
        return new Frame(
                video ? Segments.AVC : Segments.AAC, atNs, atNs, !video || number % 30 == 0, clock.nowNs(), new byte[] {
                    (byte) number, 0, 0, 0
                });
    }
}
