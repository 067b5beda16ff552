package io.livedub.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

import org.jboss.logging.Logger;

import io.livedub.bounded.HttpCalls;
import io.livedub.config.Hosts;

/**
 * Sends traces to a collector, on a thread of its own. A collector that is slow, wrong or gone costs traces: they are dropped at the bound,
 * and a request that fails is not repeated.
 */
final class OtlpExporter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("io.livedub.trace");

    /** Half a minute of 20 streams with segments of 1 s; about 2 KiB each. */
    private static final int MOST_WAITING = 600;

    private static final int MOST_IN_A_REQUEST = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** A collector answers with an empty object, or with which spans it refuses; nobody reads it. */
    private static final int LONGEST_ANSWER = 1 << 20;

    private static final Duration LAST_PATIENCE = Duration.ofSeconds(2);
    private static final List<Span> END = List.of();

    private final URI address;
    private final Map<String, String> headers;
    private final Map<String, Object> resource;
    private final BlockingQueue<List<Span>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread sender = new Thread(this::run, "traces");
    private final HttpCalls http = new HttpCalls(HttpClient.newBuilder(), PATIENCE, LONGEST_ANSWER);
    private boolean failing;

    /**
     * @param endpoint of OTLP over HTTP; {@code /v1/traces} is added, as OpenTelemetry specifies
     * @param headers of each request; never printed
     */
    OtlpExporter(URI endpoint, Map<String, String> headers, Map<String, Object> resource) {
        this.headers = headers;
        this.address = URI.create(endpoint.toString().replaceAll("/+$", "") + "/v1/traces");
        this.resource = resource;
        sender.setDaemon(true);
        sender.start();
    }

    /** Takes a trace; does not wait. */
    void export(List<Span> trace) {
        if (!waiting.offer(trace)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        List<List<Span>> batch = new ArrayList<>();
        boolean going = true;
        while (going) {
            try {
                batch.add(waiting.take());
                waiting.drainTo(batch, MOST_IN_A_REQUEST - 1);
                going = !batch.remove(END);
                if (!batch.isEmpty()) {
                    send(batch);
                }
            } catch (InterruptedException closing) {
                return;
            } catch (RuntimeException | Error failure) {
                failed(failure.toString(), batch.size());
            }
            batch.clear();
        }
    }

    private void send(List<List<Span>> traces) throws InterruptedException {
        List<Span> spans = traces.stream().flatMap(List::stream).toList();
        HttpRequest.Builder request = HttpRequest.newBuilder(target())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(OtlpJson.request(resource, spans)));
        headers.forEach(request::header);
        try {
            int status = http.await(request).status();
            if (status / 100 == 2) {
                succeeded();
            } else {
                failed("status " + status, traces.size());
            }
        } catch (IOException failure) {
            failed(failure.toString(), traces.size());
        }
    }

    private URI target() {
        try {
            return Hosts.connectable(address);
        } catch (IOException unknown) {
            throw new UncheckedIOException(unknown);
        }
    }

    private void succeeded() {
        if (failing) {
            failing = false;
            LOG.infof("traces are delivered again; %d were dropped meanwhile", dropped.getAndSet(0));
        }
    }

    /** @param lost traces, which are not sent again */
    private void failed(String why, int lost) {
        dropped.addAndGet(lost);
        if (!failing) {
            failing = true;
            LOG.warnf("traces cannot be delivered to %s: %s; streams go on, and traces are dropped", address, why);
        }
    }

    /** Sends what is left, for as long as that is worth waiting for. */
    @Override
    public void close() {
        try {
            if (!waiting.offer(END)) {
                return;
            }
            sender.join(LAST_PATIENCE.toMillis());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            sender.interrupt();
        }
    }
}
