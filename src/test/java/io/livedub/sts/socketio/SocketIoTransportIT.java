package io.livedub.sts.socketio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;
import io.livedub.sts.TestSettings;
import io.livedub.support.Ports;
import io.livedub.support.PythonSts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.map;
import static org.awaitility.Awaitility.await;

/** The transport alone, against a server of another make. */
class SocketIoTransportIT {
    private static final String KEY = "k3y-that-nobody-may-see";
    private static PythonSts server;

    @BeforeAll
    static void start() {
        server = PythonSts.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void reset() {
        server.reset();
    }

    private static final class Heard implements StsTransport.TransportListener {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final List<Object> payloads = new CopyOnWriteArrayList<>();
        volatile String thread;

        @Override
        public void connected() {
            lines.add("connected");
        }

        @Override
        public void event(String name, Object payload) {
            thread = Thread.currentThread().getName();
            payloads.add(payload == null ? "null" : payload);
            lines.add(name);
        }

        @Override
        public void closed(String reason) {
            lines.add("closed: " + reason);
        }

        boolean closed() {
            return lines.stream().anyMatch(line -> line.startsWith("closed"));
        }
    }

    private static StsTransport transport(URI url, String key) {
        return new SocketIoTransport(TestSettings.of(url, key, StsSettings.Loss.EXIT, 2, 3));
    }

    private static StsTransport.TransportConnection connected(URI url, Heard heard) {
        StsTransport.TransportConnection connection = transport(url, KEY).connect(heard);
        await().atMost(Duration.ofSeconds(15)).until(() -> heard.lines.contains("connected"));
        return connection;
    }

    private static Map<String, Object> init() {
        return Map.of(
                "stream_id",
                "stream-1",
                "worker_id",
                "worker-1",
                "max_inflight",
                10,
                "timeout_ms",
                8_000,
                "config",
                Map.of(
                        "source_language", "en",
                        "target_language", "es",
                        "voice_profile", "default",
                        "chunk_duration_ms", 6_000,
                        "sample_rate_hz", 48_000,
                        "channels", 2,
                        "format", "m4a"));
    }

    private static Map<String, Object> fragment(int number, int bytes) {
        byte[] data = new byte[bytes];
        System.arraycopy("....ftyp".getBytes(StandardCharsets.US_ASCII), 0, data, 0, 8);
        return Map.of(
                "fragment_id",
                "f" + number,
                "stream_id",
                "stream-1",
                "sequence_number",
                number,
                "timestamp",
                System.currentTimeMillis(),
                "metadata",
                Map.of("pts_ns", 0, "source_pts_ns", 0),
                "audio",
                Map.of(
                        "format", "m4a",
                        "sample_rate_hz", 48_000,
                        "channels", 2,
                        "duration_ms", 6_000,
                        "data_base64", Base64.getEncoder().encodeToString(data)));
    }

    private static List<String> events(JsonNode log) {
        return log.get("events").findValuesAsText("event");
    }

    @Test
    void shakesHandsByWebSocketOnlyWithTheHeadersOfTheContract() {
        Heard heard = new Heard();
        StsTransport.TransportConnection connection = connected(server.url(), heard);

        JsonNode headers = server.log().get("handshakes");
        assertThat(headers).hasSize(1);
        assertThat(headers.get(0).get("x-stream-id").asText()).isEqualTo("stream-1");
        assertThat(headers.get(0).get("x-worker-id").asText()).isEqualTo("worker-1");
        assertThat(headers.get(0).get("authorization").asText()).isEqualTo("Bearer " + KEY);
        assertThat(headers.get(0).get("query").asText()).contains("EIO=4").contains("transport=websocket");
        assertThat(headers.get(0).has("sec-websocket-extensions"))
                .as("no compression")
                .isFalse();
        connection.close();
    }

    @Test
    void acceptsEverySchemeAndSendsNoKeyWhenThereIsNone() {
        Heard heard = new Heard();
        URI webSocket = URI.create("ws://127.0.0.1:" + server.url().getPort() + "/");
        StsTransport.TransportConnection connection = transport(webSocket, " ").connect(heard);
        await().until(() -> heard.lines.contains("connected"));

        assertThat(server.log().get("handshakes").get(0).has("authorization")).isFalse();
        connection.close();
    }

    @Test
    void carriesEventsBothWaysAsPlainValuesOffTheClientsThreads() {
        Heard heard = new Heard();
        StsTransport.TransportConnection connection = connected(server.url(), heard);

        connection.send("stream:init", init());
        await().until(() -> heard.lines.contains("stream:ready"));

        assertThat(heard.payloads.get(0))
                .asInstanceOf(map(String.class, Object.class))
                .containsEntry("stream_id", "stream-1")
                .containsEntry("max_inflight", null)
                .containsEntry("capabilities", List.of());
        assertThat(heard.thread).startsWith("sts-in-");
        assertThat(server.log().get("violations")).isEmpty();
        connection.close();
    }

    @Test
    void tenMessagesOfAMegabyteAndMoreGoThroughInOrder() {
        Heard heard = new Heard();
        StsTransport.TransportConnection connection = connected(server.url(), heard);
        connection.send("stream:init", init());

        for (int n = 0; n < 10; n++) {
            connection.send("fragment:data", fragment(n, 3_000_000));
        }

        await().atMost(Duration.ofSeconds(60))
                .until(() -> heard.lines.stream()
                                .filter("fragment:processed"::equals)
                                .count()
                        == 10);
        assertThat(server.log().get("violations")).isEmpty();
        assertThat(heard.closed()).isFalse();
        connection.close();
    }

    @Test
    void whatWasSentBeforeCloseArrives() {
        for (int round = 0; round < 10; round++) {
            server.reset();
            StsTransport.TransportConnection connection = connected(server.url(), new Heard());
            connection.send("stream:init", init());
            connection.send("stream:end", Map.of("stream_id", "stream-1"));

            connection.close();

            await().until(() -> server.log().get("disconnects").asInt() == 1);
            assertThat(events(server.log())).containsExactly("stream:init", "stream:end");
        }
    }

    @Test
    void nothingIsToldAfterCloseAndClosingTwiceIsAllowed() {
        Heard heard = new Heard();
        StsTransport.TransportConnection connection = connected(server.url(), heard);

        connection.close();
        connection.close();
        connection.send("stream:init", init());

        await().until(() -> server.log().get("disconnects").asInt() == 1);
        assertThat(heard.lines).containsExactly("connected");
    }

    @Test
    void theServersGoodbyeAndABrokenConnectionAreBothNoticedAtOnce() {
        for (String how : List.of("goodbye", "abort")) {
            Heard heard = new Heard();
            connected(server.url(), heard);

            server.disconnect(how);

            await().atMost(Duration.ofSeconds(5)).until(heard::closed);
            assertThat(heard.lines).as(how).hasSize(2);
        }
    }

    @Test
    void aKilledServerIsNoticedAtOnce() {
        try (PythonSts mortal = PythonSts.start()) {
            Heard heard = new Heard();
            connected(mortal.url(), heard);

            mortal.kill();

            await().atMost(Duration.ofSeconds(5)).until(heard::closed);
        }
    }

    @Test
    void aFrozenServerIsNoticedByItsMissedPings() {
        try (PythonSts frozen = PythonSts.start("--ping-interval", "1", "--ping-timeout", "1")) {
            Heard heard = new Heard();
            connected(frozen.url(), heard);

            frozen.freeze();

            await().atMost(Duration.ofSeconds(10)).until(heard::closed);
            assertThat(heard.lines).last().asString().contains("ping timeout");
        }
    }

    @Test
    void aFrozenServerThatIsSentAFragmentIsNoticedBecauseItDoesNotRead() {
        try (PythonSts frozen = PythonSts.start()) {
            Heard heard = new Heard();
            StsTransport.TransportConnection connection = connected(frozen.url(), heard);

            frozen.freeze();
            for (int n = 0; n < 8; n++) {
                connection.send("fragment:data", fragment(n, 3_000_000));
            }

            await().atMost(Duration.ofSeconds(20)).until(heard::closed);
        }
    }

    @Test
    void refusalsAndSilenceEndTheAttemptAndNeverShowTheKey() throws IOException {
        server.mode(Map.of("connect", false));
        Heard refused = new Heard();
        transport(server.url(), KEY).connect(refused);
        await().until(refused::closed);

        Heard nobody = new Heard();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Heard silent = new Heard();
            transport(URI.create("http://127.0.0.1:" + free.getLocalPort()), KEY)
                    .connect(silent);
            await().atMost(Duration.ofSeconds(15)).until(silent::closed);
            assertThat(silent.lines).hasSize(1).noneMatch(line -> line.contains(KEY));
        }
        transport(URI.create("http://127.0.0.1:" + Ports.free()), KEY).connect(nobody);
        await().until(nobody::closed);

        assertThat(refused.lines).hasSize(1).noneMatch(line -> line.contains(KEY));
        assertThat(nobody.lines).hasSize(1).allMatch(line -> line.contains("cannot connect"));
    }

    @Test
    void aMessageTooLargeForTheMemoryEndsTheConnectionAndNotTheProcess() {
        Heard heard = new Heard();
        StsTransport.TransportConnection connection = connected(server.url(), heard);
        connection.send("stream:init", init());
        server.mode(Map.of("bytes", 13_000_000));

        connection.send("fragment:data", fragment(0, 100));

        await().atMost(Duration.ofSeconds(30)).until(heard::closed);
        assertThat(heard.lines).doesNotContain("fragment:processed");
    }

    @Test
    void aHundredConnectionsLeaveNoThreadBehind() {
        connected(server.url(), new Heard()).close();
        await().until(() -> ours() == 0);
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        for (int n = 0; n < 100; n++) {
            connected(server.url(), new Heard()).close();
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> ours() == 0);
        // OkHttp's task runner, shared by all connections, keeps idle threads for a minute: some, and not one
        // for each connection.
        Predicate<String> shared = name -> name.startsWith("OkHttp TaskRunner") || name.equals("OkHttp ConnectionPool");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> !before.contains(thread))
                        .extracting(Thread::getName)
                        .filteredOn(shared.negate().and(name -> !name.startsWith("awaitility")))
                        .isEmpty());
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(shared))
                .hasSizeLessThan(50);
    }

    /** Threads of a connection: ours, OkHttp's readers, the client's heartbeats. */
    private static long ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sts-") || name.startsWith("OkHttp http") || name.contains("heartbeat"))
                .count();
    }
}
