package io.livedub;

import java.util.function.Function;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.livedub.config.ConfigurationAtStart;
import io.livedub.config.Settings;
import io.livedub.config.WorkerConfig;
import io.livedub.media.Authorities;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.gst.GstEngine;
import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;
import io.livedub.sts.socketio.SocketIoTransport;

/** The one place that knows which library stands behind which port. */
public class Wiring {
    @Produces
    @Singleton
    public WorkerConfig config(Settings settings) {
        return ConfigurationAtStart.get().orElseGet(() -> WorkerConfig.of(settings));
    }

    @Produces
    @Singleton
    public MediaClock clock() {
        return new SystemMediaClock();
    }

    @Produces
    @Singleton
    public Authorities authorities(WorkerConfig config) {
        return new Authorities(config.mediaServer().caFile());
    }

    @Produces
    @Singleton
    public MediaEngine engine(MediaClock clock, Authorities authorities) {
        return new GstEngine(clock, authorities);
    }

    @Produces
    @Singleton
    public Function<StsSettings, StsTransport> transports() {
        return SocketIoTransport::new;
    }
}
