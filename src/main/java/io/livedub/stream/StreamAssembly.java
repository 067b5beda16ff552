package io.livedub.stream;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import jakarta.enterprise.context.ApplicationScoped;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.livedub.config.DubConfig;
import io.livedub.config.WorkerConfig;
import io.livedub.dub.BlendSettings;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.observe.StreamLog;
import io.livedub.observe.StreamMetrics;
import io.livedub.segment.SegmentStore;
import io.livedub.sound.Bed;
import io.livedub.sts.StsObserver;
import io.livedub.sts.StsSession;
import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;

/** Puts stream workers together from the configuration and the rooms' parts. */
// The jobs of the command line look it up: they are no beans.
@Unremovable
@ApplicationScoped
public class StreamAssembly implements StreamFactory {
    private final WorkerConfig config;
    private final MediaEngine engine;
    private final Function<StsSettings, StsTransport> transports;
    private final MediaClock clock;
    private final MeterRegistry registry;
    private final LiveStreams live;
    private final SegmentTracer.Source tracing;
    private final SegmentSweeper sweeper;
    private final AtomicBoolean warm = new AtomicBoolean();
    private final DiskLanes disks = new DiskLanes();

    public StreamAssembly(
            WorkerConfig config,
            MediaEngine engine,
            Function<StsSettings, StsTransport> transports,
            MediaClock clock,
            MeterRegistry registry,
            LiveStreams live,
            SegmentTracer.Source tracing,
            SegmentSweeper sweeper) {
        this.config = config;
        this.engine = engine;
        this.transports = transports;
        this.clock = clock;
        this.registry = registry;
        this.live = live;
        this.tracing = tracing;
        this.sweeper = sweeper;
    }

    @Override
    public StreamWorker create(StreamSpec spec, Consumer<StreamNews> news) {
        NewsMetrics series = new NewsMetrics(new StreamMetrics(registry, spec.streamId()));
        try {
            return assemble(spec, telemetry(spec, series.andThen(news)));
        } catch (RuntimeException | Error failure) {
            series.accept(new StreamNews.Gone());
            throw failure;
        }
    }

    private StreamTelemetry telemetry(StreamSpec spec, Consumer<StreamNews> news) {
        // Passthrough dubs no segment: there is nothing to follow.
        SegmentTracer tracer = config.sts().passthrough() ? SegmentTracer.NONE : tracing.of(spec.streamId());
        return new StreamTelemetry(news, StreamLog.of(spec.streamId()), tracer, new StreamTotals(clock::nowNs));
    }

    private StreamWorker assemble(StreamSpec spec, StreamTelemetry telemetry) {
        Executor workers = Infrastructure.getDefaultWorkerPool();
        sweeper.begin();
        if (warm.compareAndSet(false, true)) {
            workers.execute(engine::warmUp);
        }
        SegmentStore store =
                new SegmentStore(config.segments().dir(), spec.streamId(), engine.segmentWriter(), telemetry);
        StreamParts parts = new StreamParts(
                engine,
                clock,
                workers,
                config.segments().duration(),
                config.segments().avOffset(),
                config.sts().timeout(),
                blend(config.dub()),
                config.dub().cutAtPauses(),
                new SegmentKeeper(store, workers, disks.of(spec.streamId()), clock, telemetry),
                config.sts().passthrough() ? Optional.empty() : Optional.of(observer -> session(spec, observer)),
                telemetry);
        return new StreamWorker(spec, parts, live);
    }

    private static BlendSettings blend(DubConfig dub) {
        return new BlendSettings(Bed.valueOf(dub.bed().name()), dub.bedDb(), dub.matchLoudness());
    }

    private StsSession session(StreamSpec spec, StsObserver observer) {
        StsSettings settings = StsSettingsOf.stream(config, spec.streamId(), spec.stsLoss());
        return new StsSession(settings, transports.apply(settings), clock, InstantSource.system(), observer);
    }
}
