package io.livedub.hook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Locale;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jboss.logging.Logger;

import io.livedub.bounded.HttpCalls;
import io.livedub.config.WorkerConfig;
import io.livedub.stream.supervision.Serving;

/**
 * The worker sends itself a hook that it skips. On the JVM the first request loads and links what answers it, which takes 100 ms and
 * more; the server's first hook is to be answered within 50.
 */
@ApplicationScoped
public class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LONGEST_ANSWER = 64 << 10;

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
            String body = String.format(
                    Locale.ROOT,
                    "{\"path\":\"%s/warm-up/out\",\"sourceType\":\"\",\"sourceId\":\"\"}",
                    config.mediaServer().appPath());
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            config.process().hookSecret().ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            new HttpCalls(HttpClient.newBuilder(), PATIENCE, LONGEST_ANSWER).await(request);
        } catch (IOException | java.net.URISyntaxException | IllegalArgumentException notReached) {
            LOG.debugf("no warm-up: %s", notReached);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
