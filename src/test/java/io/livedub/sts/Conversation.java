package io.livedub.sts;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.id.StreamId;
import io.livedub.stream.events.FallbackReason;
import io.livedub.sts.socketio.SocketIoTransport;
import io.livedub.support.RealClock;
import io.livedub.support.StsServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A whole session on the machine's clock with a real server, its long waits shortened. */
final class Conversation implements AutoCloseable {
    /** How long it waits for {@code stream:complete}. */
    static final Duration COMPLETE = Duration.ofMillis(1_500);

    private static final StsSettings.Timing SHORT = new StsSettings.Timing(
            Duration.ofMillis(1_500),
            COMPLETE,
            List.of(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(300)),
            Duration.ofMillis(1_000),
            5,
            Duration.ofMillis(1_000));

    final StsServer server;
    final RealClock clock = new RealClock();
    final Recorder seen = new Recorder();
    final StsSession session;
    final CompletableFuture<String> lost;

    Conversation(StsServer server) {
        this.server = server;
        StsSettings settings = new StsSettings(
                server.url(),
                null,
                new StreamId("stream-1"),
                "worker-1",
                "en",
                "es",
                "default",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                2,
                3,
                StsSettings.Loss.EXIT,
                SHORT);
        session = new StsSession(settings, new SocketIoTransport(settings), clock, InstantSource.system(), seen);
        lost = session.lost().subscribeAsCompletionStage();
    }

    Conversation ready() {
        session.start(48_000, 2);
        awaitState("Ready");
        return this;
    }

    void awaitState(String state) {
        await().atMost(Duration.ofSeconds(20)).until(() -> session.state().equals(state));
    }

    CompletableFuture<StsOutcome> submit(int n, int deadlineMs) {
        long now = clock.nowNs();
        byte[] m4a = ("\0\0\0\u0018ftypM4A " + n).getBytes(StandardCharsets.ISO_8859_1);
        return session.submit(new Fragment(
                        new UUID(1, n), n, n, now, now + deadlineMs * 1_000_000L, 48_000, 2, 1_002_666_666L, m4a))
                .subscribeAsCompletionStage();
    }

    void dubbed(int n, int deadlineMs) {
        assertThat(submit(n, deadlineMs).join()).as("fragment " + n).isInstanceOf(StsOutcome.Dubbed.class);
        session.applied(new UUID(1, n));
    }

    void original(int n, int deadlineMs, FallbackReason reason) {
        assertThat(submit(n, deadlineMs).join()).as("fragment " + n).isInstanceOf(StsOutcome.Original.class);
        awaitFallback(n, reason);
    }

    void awaitFallback(int n, FallbackReason reason) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(seen.fallbacks).contains(n + " " + reason.label()));
    }

    void end() {
        session.end("over").await().atMost(Duration.ofSeconds(10));
        assertThat(session.state()).isEqualTo("Disconnected");
    }

    /** What the server heard of an event, each as the named field (or path in {@code a/b} form) in text. */
    List<String> heard(String event, String field) {
        List<String> values = new ArrayList<>();
        for (JsonNode entry : server.log().get("events")) {
            if (entry.get("event").asText().equals(event)) {
                values.add(entry.get("payload").at("/" + field).asText());
            }
        }
        return values;
    }

    void awaitHeard(String event, String field, String... values) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(heard(event, field)).containsExactly(values));
    }

    void mode(Object... pairs) {
        server.mode(FakeTransport.map(pairs));
    }

    void emit(String event, Object... pairs) {
        int before = seen.backpressure.size();
        server.emit(event, FakeTransport.map(pairs));
        if (event.equals("backpressure")) {
            await().until(() -> seen.backpressure.size() > before);
        }
    }

    static Map<String, Object> failure(int nth, String code, String as) {
        return Map.of("nth", nth, "code", code, "as", as);
    }

    List<String> violations() {
        return StreamSupport.stream(server.log().get("violations").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @Override
    public void close() {
        session.close();
        clock.close();
        assertThat(session.failure()).isNull();
    }
}
