package io.livedub.hook;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jboss.logging.Logger;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.supervision.Serving;

/**
 * The worker sends itself a hook that it skips. On the JVM the first request loads and links what answers it, which takes 100 ms and
 * more; the server's first hook is to be answered within 50.
 */
@ApplicationScoped
public class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final int PATIENCE_MS = 2_000;

    private final WorkerConfig config;

    public WarmUp(WorkerConfig config) {
        this.config = config;
    }

    void begin(@Observes Serving serving) {
        // Any free port is for tests, which do not know it either.
        if (config.process().httpPort() != 0) {
            Infrastructure.getDefaultWorkerPool().execute(this::knock);
        }
    }

    private void knock() {
        try {
            String host = config.serve().httpHost().replace("0.0.0.0", "127.0.0.1");
            URI uri = new URI("http", null, host, config.process().httpPort(), "/v1/mediamtx/events/ready", null, null);
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MS);
            connection.setReadTimeout(PATIENCE_MS);
            connection.setDoOutput(true);
            config.process()
                    .hookSecret()
                    .ifPresent(secret -> connection.setRequestProperty("Authorization", "Bearer " + secret));
            String body = "{\"path\":\"%s/warm-up/out\",\"sourceType\":\"\",\"sourceId\":\"\"}"
                    .formatted(config.mediaServer().appPath());
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            connection.getResponseCode();
            connection.disconnect();
        } catch (IOException | java.net.URISyntaxException | IllegalArgumentException notReached) {
            LOG.debugf("no warm-up: %s", notReached);
        }
    }
}
