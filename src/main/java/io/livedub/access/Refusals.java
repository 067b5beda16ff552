package io.livedub.access;

import java.time.Duration;
import java.util.OptionalLong;

import jakarta.enterprise.context.ApplicationScoped;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import org.jboss.logging.Logger;

import io.livedub.media.MediaClock;

/** Counts and logs who was turned away. */
@ApplicationScoped
public class Refusals {
    private static final Logger LOG = Logger.getLogger(Refusals.class);
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int LONGEST_PATH = 80;

    private final MediaClock clock;
    private final MeterRegistry meters;
    private final RefusalLog<Enum<?>> bursts = new RefusalLog<>(SILENCE);

    public Refusals(MediaClock clock, MeterRegistry meters) {
        this.clock = clock;
        this.meters = meters;
    }

    /** Refuses a request whose body was not read, and ends its connection with it. */
    void answer(Refusal refusal, HttpServerRequest request) {
        refused(refusal, request);
        HttpServerResponse response = request.response();
        if (refusal == Refusal.SECRET) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.setStatusCode(refusal.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=UTF-8")
                // The body was not read: the connection cannot be used again.
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(refusal.json());
    }

    void refused(Refusal refusal, HttpServerRequest request) {
        Counter.builder("worker.http.refused")
                .description("Requests that were turned away before anything was done")
                .tag("status", Integer.toString(refusal.status()))
                .tag("reason", refusal.label())
                .register(meters)
                .increment();
        OptionalLong unsaid = bursts.happened(refusal, clock.nowNs());
        if (unsaid.isPresent()) {
            LOG.warnf(
                    "refused with %d (%s): %s %s from %s%s",
                    (Object) refusal.status(),
                    refusal.label(),
                    visible(request.method().name()),
                    visible(request.path()),
                    remote(request.remoteAddress()),
                    more(unsaid.getAsLong()));
        }
    }

    void closed(Closing closing, String remote) {
        Counter.builder("worker.http.connections.closed")
                .description("Connections that the worker ended: a request that took too long, or too many of them")
                .tag("reason", closing.label())
                .register(meters)
                .increment();
        OptionalLong unsaid = bursts.happened(closing, clock.nowNs());
        if (unsaid.isPresent()) {
            LOG.warnf("closed a connection from %s: %s%s", remote, closing.why(), more(unsaid.getAsLong()));
        }
    }

    private static String more(long unsaid) {
        return unsaid == 0 ? "" : "; " + unsaid + " more of this kind since the last line";
    }

    /** The path without its query, which may hold a secret, and without what could write into a terminal. */
    private static String visible(String text) {
        String cut = text == null ? "" : text.substring(0, Math.min(LONGEST_PATH, text.length()));
        return cut.replaceAll("[^!-~]", "?");
    }

    private static String remote(SocketAddress address) {
        return address == null || address.hostAddress() == null ? "unknown" : address.hostAddress();
    }
}
