package io.livedub;

import io.livedub.config.Settings;
import io.livedub.config.WorkerConfig;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.gst.GstEngine;
import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;
import io.livedub.sts.socketio.SocketIoTransport;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** The one place that knows which library stands behind which port. */
public class Wiring {
    @Produces
    @Singleton
    WorkerConfig config(Settings settings) {
        return WorkerConfig.of(settings);
    }

    @Produces
    @Singleton
    MediaClock clock() {
        return new SystemMediaClock();
    }

    @Produces
    @Singleton
    MediaEngine engine() {
        return new GstEngine();
    }

    @Produces
    @Singleton
    Function<StsSettings, StsTransport> transports() {
        return SocketIoTransport::new;
    }
}
