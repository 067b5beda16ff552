package io.livedub.hook;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jboss.logging.Logger;

import io.livedub.config.WorkerConfig;
import io.livedub.media.Authorities;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.stream.supervision.Serving;
import io.livedub.stream.supervision.StreamRegistry;

/** Streams that became ready while nobody listened to the hooks. */
@ApplicationScoped
public class Discovery {
    private static final Logger LOG = Logger.getLogger(Discovery.class);
    /** Both may be starting at once. A server that comes later than this sends hooks for all it has. */
    private static final List<Duration> RETRIES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8),
            Duration.ofSeconds(16));

    private final WorkerConfig config;
    private final StreamRegistry registry;
    private final MediaClock clock;
    private final ApiAccess access;

    public Discovery(WorkerConfig config, StreamRegistry registry, MediaClock clock, Authorities authorities) {
        this.config = config;
        this.access = new ApiAccess(config.mediaServer().login(), authorities);
        this.registry = registry;
        this.clock = clock;
    }

    void begin(@Observes Serving serving) {
        config.mediaServer()
                .apiUrl()
                .map(url -> new ReadyPaths(url, config.mediaServer().appPath(), access))
                .ifPresent(paths -> inBackground(paths, 0));
    }

    private void inBackground(ReadyPaths paths, int attempt) {
        Infrastructure.getDefaultWorkerPool().execute(() -> find(paths, attempt));
    }

    private void find(ReadyPaths paths, int attempt) {
        try {
            List<ReadyPaths.Ready> ready = paths.list();
            LOG.infof("the media server has %d ready streams", ready.size());
            ready.forEach(path -> {
                StreamLog.of(path.streamId()).info("found ready", "sourceId", path.sourceId());
                registry.ready(path.streamId(), path.sourceId());
            });
        } catch (IOException failure) {
            if (attempt == RETRIES.size()) {
                LOG.warnf("the media server's list of paths is not to be had, hooks alone start streams: %s", failure);
                return;
            }
            clock.schedule(clock.nowNs() + RETRIES.get(attempt).toNanos(), () -> inBackground(paths, attempt + 1));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
