package io.livedub.stream.chain;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import jakarta.enterprise.context.ApplicationScoped;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jboss.logging.Logger;

import io.livedub.config.ConfigurationException;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.dub.FirstMixes;
import io.livedub.id.StreamId;
import io.livedub.media.AudioCodec;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.observe.StreamLog;
import io.livedub.observe.StreamMetrics;
import io.livedub.segment.SegmentStore;
import io.livedub.stream.FrameAdmission;
import io.livedub.stream.SlateFile;
import io.livedub.stream.StreamLines;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.StsSettingsOf;
import io.livedub.stream.disk.DiskLanes;
import io.livedub.stream.disk.SegmentKeeper;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.source.PrimedSource;
import io.livedub.stream.source.PrimedSources;
import io.livedub.sts.StsSession;
import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;
import io.livedub.timeline.SlatePlan;

/** Puts stream workers together from the configuration and the rooms' parts. */
// The jobs of the command line look it up: they are no beans.
@Unremovable
@ApplicationScoped
public class StreamAssembly implements StreamFactory {
    private static final Logger LOG = Logger.getLogger(StreamAssembly.class);

    private final WorkerConfig config;
    private final MediaEngine engine;
    private final Function<StsSettings, StsTransport> transports;
    private final MediaClock clock;
    private final MeterRegistry registry;
    private final LiveStreams live;
    private final Function<StreamId, Consumer<StreamEvent>> traces;
    private final SegmentSweeper sweeper;
    private final AtomicBoolean warm = new AtomicBoolean();
    private final AtomicBoolean stsWarm = new AtomicBoolean();
    private final AtomicBoolean mixingWarm = new AtomicBoolean();
    private final DiskLanes disks = new DiskLanes();
    private final SpoolOpening spools;
    private Optional<SlatePlan> slate;

    public StreamAssembly(
            WorkerConfig config,
            MediaEngine engine,
            Function<StsSettings, StsTransport> transports,
            MediaClock clock,
            MeterRegistry registry,
            LiveStreams live,
            Function<StreamId, Consumer<StreamEvent>> traces,
            SegmentSweeper sweeper) {
        this.config = config;
        this.engine = engine;
        this.transports = transports;
        this.clock = clock;
        this.registry = registry;
        this.live = live;
        this.traces = traces;
        this.sweeper = sweeper;
        this.spools = new SpoolOpening(config.segments(), clock);
    }

    @Override
    public StreamWorker create(StreamSpec spec, Consumer<StreamEvent> others) {
        StreamMetrics series = new StreamMetrics(registry, spec.streamId());
        Consumer<StreamEvent> events =
                series.andThen(others).andThen(new StreamLines(StreamLog.of(spec.streamId()), clock::nowNs));
        try {
            // Passthrough dubs no segment: there is nothing to trace.
            return assemble(
                    spec, spec.settings().passthrough() ? events : events.andThen(traces.apply(spec.streamId())));
        } catch (RuntimeException | Error failure) {
            series.accept(new LifeEvent.Gone());
            throw failure;
        }
    }

    private StreamWorker assemble(StreamSpec spec, Consumer<StreamEvent> events) {
        sweeper.begin();
        if (warm.compareAndSet(false, true)) {
            Infrastructure.getDefaultWorkerPool().execute(engine::warmUp);
        }
        StreamSettings settings = spec.settings();
        if (settings.isDubbed() && settings.dub().sound().on() && mixingWarm.compareAndSet(false, true)) {
            Infrastructure.getDefaultWorkerPool().execute(this::warmUpMixing);
        }
        if (!config.continuity().takeOver()) {
            return begin(spec, spools.open(spec.streamId(), events), events);
        }
        Standby.Found found = spools.look(spec.streamId(), events, Optional.empty());
        return found instanceof Standby.Found.Free free
                ? begin(spec, free.spool(), events)
                : standBy(spec, events, ((Standby.Found.LockedElsewhere) found).owner());
    }

    private StreamWorker begin(StreamSpec spec, Optional<StreamSpool> spool, Consumer<StreamEvent> events) {
        try {
            return new StreamWorker(spec, parts(spec, engine, spool, events), live);
        } catch (RuntimeException | Error failure) {
            // Else the next try would find the stream taken, by this process.
            spool.ifPresent(StreamSpool::giveBack);
            throw failure;
        }
    }

    private void warmUpMixing() {
        try {
            new FirstMixes(engine.audioCodec()).run();
        } catch (AudioCodec.CodecException unready) {
            // The stream meets the same obstacle, and says it where it matters.
            LOG.debug("warming up: " + unready.getMessage());
        }
    }

    /** Another process has it on air. */
    private StreamWorker standBy(StreamSpec spec, Consumer<StreamEvent> events, String owner) {
        if (!spec.settings().passthrough()) {
            spec.settings().targets().stream()
                    .filter(target -> !target.isOriginal() && stsWarm.compareAndSet(false, true))
                    .forEach(target -> warmUp(StsSettingsOf.language(config, spec, target)));
        }
        Map<String, PrimedSource> sources = new LinkedHashMap<>();
        sources.put(spec.inputUrl(), primed(spec.inputUrl()));
        spec.backup().ifPresent(url -> sources.put(url, primed(url)));
        PrimedSources primed = new PrimedSources(sources);
        Standby standby = new Standby(
                spools.folder(spec.streamId()),
                primed,
                spools.left(spec.streamId(), events),
                clock,
                Infrastructure.getDefaultWorkerPool(),
                events,
                owner);
        MediaEngine reading = new PrimedEngine(engine, primed, standby.gate());
        return new StreamWorker(spec, events, live, Optional.of(standby), spool -> parts(spec, reading, spool, events));
    }

    private PrimedSource primed(String url) {
        return new PrimedSource(engine.source(url), clock, FrameAdmission.mostBytes());
    }

    private void warmUp(StsSettings settings) {
        Infrastructure.getDefaultWorkerPool()
                .execute(() -> transports.apply(settings).warmUp());
    }

    private StreamParts parts(
            StreamSpec spec, MediaEngine with, Optional<StreamSpool> spool, Consumer<StreamEvent> events) {
        Executor workers = Infrastructure.getDefaultWorkerPool();
        SegmentStore store = new SegmentStore(config.segments().dir(), spec.streamId(), engine.segmentWriter(), events);
        StreamSettings settings = spec.settings();
        return new StreamParts(
                with,
                clock,
                workers,
                config.segments().duration(),
                config.segments().avOffset(),
                config.sts().timeout(),
                settings.dub().sound(),
                settings.dub().cutAtPauses(),
                config.continuity(),
                new SegmentKeeper(store, workers, disks.of(spec.streamId()), clock, events),
                settings.passthrough() ? Optional.empty() : Optional.of(this::session),
                spool,
                slate(events),
                events);
    }

    /** Its film is read once: all streams share it. */
    private synchronized Optional<SlatePlan> slate(Consumer<StreamEvent> events) {
        if (slate == null) {
            try {
                slate = SlateFile.plan(config.continuity());
            } catch (ConfigurationException changed) {
                events.accept(new LifeEvent.Warning(
                        changed.getMessage() + "; the last keyframe is repeated instead, until a new start"));
                slate = Optional.of(new SlatePlan(Optional.empty()));
            }
        }
        return slate;
    }

    private StsSession session(StreamSpec spec, Target target, Consumer<StreamEvent> told) {
        StsSettings settings = StsSettingsOf.language(config, spec, target);
        return new StsSession(settings, transports.apply(settings), clock, InstantSource.system(), told);
    }
}
