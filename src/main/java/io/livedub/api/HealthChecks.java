package io.livedub.api;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;

import io.quarkus.runtime.StartupEvent;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

import io.livedub.media.MediaClock;
import io.livedub.stream.supervision.StreamLauncher;
import io.livedub.stream.supervision.StreamRegistry;

/** Live: its timers run. Ready: it could take another stream. Started: it is up. */
@ApplicationScoped
public class HealthChecks {
    private static final Duration BEAT = Duration.ofSeconds(5);
    /** Every deadline of every stream hangs on the clock's one thread: when that is stuck for so long, nothing airs. */
    private static final Duration STUCK = Duration.ofSeconds(30);

    private final MediaClock clock;
    private final AtomicLong lastBeatNs = new AtomicLong();
    private volatile boolean started;

    public HealthChecks(MediaClock clock) {
        this.clock = clock;
    }

    void begin(@Observes StartupEvent event) {
        beat();
        started = true;
    }

    private void beat() {
        lastBeatNs.set(clock.nowNs());
        clock.schedule(clock.nowNs() + BEAT.toNanos(), this::beat);
    }

    @Produces
    @Liveness
    HealthCheck timers() {
        return () -> {
            long silentNs = clock.nowNs() - lastBeatNs.get();
            return HealthCheckResponse.named("timers")
                    .status(silentNs < STUCK.toNanos())
                    .withData("last_beat_ms", silentNs / 1_000_000)
                    .build();
        };
    }

    @Produces
    @Readiness
    HealthCheck capacity(StreamRegistry registry, StreamLauncher launcher) {
        return () -> {
            HealthCheckResponseBuilder answer = HealthCheckResponse.named("capacity")
                    .status(registry.hasRoom())
                    .withData("streams", registry.occupied())
                    .withData("limit", registry.limit())
                    .withData("draining", registry.isDraining())
                    .withData("handing_over", registry.isHandingOver());
            // Said, and still ready: streams on air go on, and what is asked for meanwhile is done when the
            // trouble is over.
            launcher.trouble().ifPresent(trouble -> answer.withData("trouble", trouble));
            return answer.build();
        };
    }

    @Produces
    @Startup
    HealthCheck up() {
        return () -> HealthCheckResponse.named("up").status(started).build();
    }
}
