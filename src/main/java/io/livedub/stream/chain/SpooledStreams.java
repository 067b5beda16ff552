package io.livedub.stream.chain;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.spool.ClockReading;
import io.livedub.spool.SpoolFinding;
import io.livedub.spool.SpoolFolder;
import io.livedub.spool.SpoolReader;

/** Which streams another process has left that could be gone on with. */
@ApplicationScoped
public class SpooledStreams {
    private final WorkerConfig config;
    private final MediaClock clock;

    @Inject
    public SpooledStreams(WorkerConfig config, MediaClock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Ids; blocking, for as long as reading the spools takes.
     *
     * @param wanted the others are not looked at
     */
    public List<StreamId> young(Predicate<StreamId> wanted) {
        return SpoolFolder.streamsIn(config.segments().dir()).stream()
                .filter(wanted)
                .filter(this::isYoung)
                .toList();
    }

    /** Whether a stream has a spool that can be gone on with; blocking. */
    public boolean isYoung(StreamId id) {
        WorkerConfig.Segments segments = config.segments();
        ClockReading now =
                new ClockReading(clock.nowNs(), InstantSource.system().millis(), ClockReading.bootOfThisMachine());
        return SpoolReader.read(new SpoolFolder(segments.dir(), id), now, segments.resumeMaxAge())
                instanceof SpoolFinding.Resumable;
    }
}
