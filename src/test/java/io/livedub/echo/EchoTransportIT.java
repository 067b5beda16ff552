package io.livedub.echo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Framing, frame by frame, from a client that does only what the test says. */
class EchoTransportIT {
    private EchoServer server;

    @BeforeEach
    void start() throws Exception {
        server = new EchoServer(EchoOptions.defaults().withHeartbeat(Duration.ofMillis(300), Duration.ofMillis(300)))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static final class Raw implements WebSocket.Listener {
        final List<String> frames = new CopyOnWriteArrayList<>();
        private final StringBuilder partial = new StringBuilder();
        private WebSocket socket;
        private volatile boolean closed;

        static Raw to(EchoServer server) {
            Raw raw = new Raw();
            URI uri = URI.create("ws://127.0.0.1:%d/socket.io/?EIO=4&transport=websocket".formatted(server.port()));
            raw.socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(uri, raw)
                    .join();
            return raw;
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                frames.add(partial.toString());
                partial.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed = true;
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed = true;
        }

        void send(String text) {
            socket.sendText(text, true).join();
        }

        void awaitFrame(String prefix) {
            Awaitility.await(prefix).until(() -> frames.stream().anyMatch(frame -> frame.startsWith(prefix)));
        }

        void awaitClose() {
            Awaitility.await("close").until(() -> closed);
        }
    }

    private List<String> violations() {
        return server.violations().stream()
                .map(violation -> violation.path("code").textValue())
                .toList();
    }

    @Test
    void opensWithTheParametersOfTheConnection() {
        Raw raw = Raw.to(server);
        raw.awaitFrame("0");
        JsonNode open = Json.parse(raw.frames.get(0).substring(1));
        assertThat(open.path("sid").textValue()).isNotEmpty();
        assertThat(open.path("upgrades").isArray()).isTrue();
        assertThat(open.path("pingInterval").intValue()).isEqualTo(300);
        assertThat(open.path("pingTimeout").intValue()).isEqualTo(300);
        assertThat(open.path("maxPayload").intValue()).isEqualTo(10_485_760);
    }

    @Test
    void dropsAClientThatDoesNotAnswerPings() {
        Raw raw = Raw.to(server);
        raw.send("40");
        raw.awaitFrame("40{\"sid\":");
        raw.awaitFrame("2");
        raw.awaitClose();
        assertThat(violations()).containsExactly("HEARTBEAT");
    }

    @Test
    void keepsAClientThatAnswersPings() {
        Raw raw = Raw.to(server);
        for (int pings = 1; pings <= 4; pings++) {
            int expected = pings;
            Awaitility.await()
                    .until(() -> raw.frames.stream().filter("2"::equals).count() >= expected);
            raw.send("3");
        }
        assertThat(violations()).isEmpty();
        assertThat(raw.closed).isFalse();
    }

    @Test
    void answersAPingOfTheClient() {
        Raw raw = Raw.to(server);
        raw.send("2probe");
        raw.awaitFrame("3probe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4",
                "4x",
                "49",
                "42",
                "42{}",
                "42[1]",
                "42[\"a\"",
                "",
                "7",
                "6",
                "42[\"stream:init\",{}]",
                "451-[\"a\",{\"_placeholder\":true,\"num\":0}]"
            })
    void closesOnWhatIsNoPacketOrOutOfTurn(String frame) {
        Raw raw = Raw.to(server);
        raw.send(frame);
        raw.awaitFrame("41");
        raw.awaitClose();
        assertThat(violations()).containsExactly(frame.startsWith("45") ? "BINARY_ATTACHMENT" : "FRAMING");
    }

    @Test
    void closesOnABinaryFrame() {
        Raw raw = Raw.to(server);
        raw.socket.sendBinary(ByteBuffer.allocate(10), true).join();
        raw.awaitClose();
        assertThat(violations()).containsExactly("BINARY_ATTACHMENT");
    }

    @Test
    void refusesAnotherNamespaceOnAnOpenConnection() {
        Raw raw = Raw.to(server);
        raw.send("40/admin,{\"token\":1}");
        raw.awaitFrame("44/admin,{\"message\":\"Invalid namespace\"}");
        assertThat(raw.closed).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42/admin,[\"stream:end\",{}]", "41/admin,", "43/admin,1[]"})
    void closesOnAPacketForANamespaceThatWasNotJoined(String frame) {
        Raw raw = Raw.to(server);
        raw.send("40");
        raw.send(frame);
        raw.awaitClose();
        assertThat(violations()).containsExactly("FRAMING");
    }

    @Test
    void closesWhenTheClientSaysSo() {
        Raw raw = Raw.to(server);
        raw.send("40");
        raw.send("41");
        raw.awaitClose();
        Raw other = Raw.to(server);
        other.send("1");
        other.awaitClose();
        assertThat(violations()).isEmpty();
    }

    @Test
    void putsDownAnAnswerNobodyAskedFor() {
        Raw raw = Raw.to(server);
        raw.send("40");
        raw.send("431[]");
        Awaitility.await().until(() -> violations().equals(List.of("FRAMING")));
        assertThat(raw.closed).isFalse();
    }

    @Test
    void closesOnAMessageOverTheTransportsBound() {
        Raw raw = Raw.to(server);
        raw.send("40");
        raw.awaitFrame("40");
        raw.socket.sendText("4".repeat(EngineIo.MAX_FRAME_BYTES + 1), true);
        raw.awaitClose();
        Awaitility.await().until(() -> server.state().path("connections").intValue() == 0);
    }
}
