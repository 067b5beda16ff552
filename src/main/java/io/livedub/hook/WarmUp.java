package io.livedub.hook;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.jboss.logging.Logger;

import io.livedub.config.Hosts;
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

    /** By hand, because the JDK's clients choose {@code Host} themselves, and without a secret only certain names are answered. */
    private void knock() {
        String host = reachable(config.serve().httpHost());
        byte[] body = ("{\"path\":\"" + config.mediaServer().appPath()
                        + "/warm-up/out\",\"sourceType\":\"\",\"sourceId\":\"\"}")
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/mediamtx/events/ready HTTP/1.1\r\nHost: "
                + Hosts.bracketed(
                        config.serve().allowedHosts().stream().findFirst().orElse(host))
                + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                + body.length
                + config.process()
                        .hookSecret()
                        .map(secret -> "\r\nAuthorization: Bearer " + secret)
                        .orElse("")
                + "\r\n\r\n";
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, config.process().httpPort()), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            if (socket.getInputStream().read() < 0) {
                LOG.debug("no warm-up: the worker closed the connection");
            }
        } catch (IOException | IllegalArgumentException notReached) {
            LOG.debugf("no warm-up: %s", notReached);
        }
    }

    /** "Every address" is nothing to connect to, and no name that the worker answers to. */
    static String reachable(String listening) {
        return switch (listening) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "::1";
            default -> listening;
        };
    }
}
