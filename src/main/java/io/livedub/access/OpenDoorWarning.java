package io.livedub.access;

import java.net.InetAddress;
import java.net.UnknownHostException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.jboss.logging.Logger;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.supervision.Serving;

/** Says loudly that anybody on the network can start and stop streams. */
@ApplicationScoped
public class OpenDoorWarning {
    private static final Logger LOG = Logger.getLogger(OpenDoorWarning.class);

    private final WorkerConfig config;

    public OpenDoorWarning(WorkerConfig config) {
        this.config = config;
    }

    void warn(@Observes Serving serving) {
        String host = config.serve().httpHost();
        if (config.process().hookSecret().isEmpty() && !isLoopback(host)) {
            LOG.warnf(
                    "ANYBODY WHO REACHES %s:%d CAN START AND STOP STREAMS: WORKER_HOOK_SECRET is not set. Set it, or listen on"
                            + " loopback only with WORKER_HTTP_HOST=127.0.0.1",
                    host, config.process().httpPort());
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException notKnown) {
            return false;
        }
    }
}
