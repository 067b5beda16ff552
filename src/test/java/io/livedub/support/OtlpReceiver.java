package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;

/** A collector of OTLP over HTTP in JSON, strict: a field that OTLP does not have is an error. */
public final class OtlpReceiver implements AutoCloseable {
    /** OTLP's JSON has ids in hex where protobuf's has base64. */
    private static final Pattern ID = Pattern.compile("\"(traceId|spanId|parentSpanId)\":\"([0-9a-f]*)\"");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile boolean hanging;
    private volatile Headers headers = new Headers();
    private final AtomicInteger requests = new AtomicInteger();

    public OtlpReceiver() {
        this(0);
    }

    public OtlpReceiver(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Takes requests and answers none. */
    public OtlpReceiver hanging() {
        hanging = true;
        return this;
    }

    /** Of the last request; null when it had none of this name. */
    public String header(String name) {
        return headers.getFirst(name);
    }

    public void answer(int with) {
        status = with;
    }

    private void take(HttpExchange exchange) throws IOException {
        headers = exchange.getRequestHeaders();
        requests.incrementAndGet();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (hanging) {
            awaitClosing();
        } else if (status == 200) {
            read(exchange, body);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void read(HttpExchange exchange, String body) {
        String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Content-Type");
        if (!asked.equals("POST /v1/traces application/json")) {
            faults.add(asked);
        }
        try {
            ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
            JsonFormat.parser().merge(ID.matcher(body).replaceAll(OtlpReceiver::asBase64), request);
            received.addAll(request.getResourceSpansList());
        } catch (IOException notOtlp) {
            faults.add(notOtlp + ": " + body);
        }
    }

    private static String asBase64(java.util.regex.MatchResult id) {
        byte[] bytes = HexFormat.of().parseHex(id.group(2));
        return Matcher.quoteReplacement(
                "\"%s\":\"%s\"".formatted(id.group(1), Base64.getEncoder().encodeToString(bytes)));
    }

    private void awaitClosing() {
        try {
            closed.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    public int requests() {
        return requests.get();
    }

    /** What was not OTLP. */
    public List<String> faults() {
        return faults;
    }

    public Map<String, String> resource() {
        return attributes(received.get(0).getResource().getAttributesList());
    }

    public List<Span> spans() {
        return received.stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** The roots; each is a segment. */
    public List<Span> segments() {
        return spans().stream().filter(span -> span.getParentSpanId().isEmpty()).toList();
    }

    /** The spans below a root, by name. */
    public Map<String, Span> below(Span root) {
        return spans().stream()
                .filter(span -> span.getTraceId().equals(root.getTraceId())
                        && span.getParentSpanId().equals(root.getSpanId()))
                .collect(Collectors.toMap(Span::getName, Function.identity()));
    }

    public static Map<String, String> attributes(Span span) {
        return attributes(span.getAttributesList());
    }

    public static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, attribute -> text(attribute.getValue())));
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
