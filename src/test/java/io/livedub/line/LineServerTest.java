package io.livedub.line;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.config.ConfigurationException;
import io.livedub.id.StreamId;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.RealClock;
import io.livedub.support.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Real WebSockets on loopback, between both ends as they are. */
class LineServerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final RealClock clock = new RealClock();
    private final Map<String, StreamLine> lines = new ConcurrentHashMap<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> words = new CopyOnWriteArrayList<>();
    private final String token = Token.draw();
    private LineServer server;
    private int port;

    @BeforeEach
    void start() {
        port = listen(0);
    }

    private int listen(int at) {
        server = new LineServer(vertx, id -> Optional.ofNullable(lines.get(id.value())), clock, 2);
        return server.start("127.0.0.1", at);
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        clock.close();
    }

    private StreamLine line(String id, String its) {
        StreamLine line = new StreamLine(UUID.randomUUID().toString(), clock, new StreamLine.LineListener() {
            @Override
            public void hello(Hello hello, boolean found, boolean begun) {
                told.add(id + " hello " + begun);
            }

            @Override
            public void told(StreamEvent event, boolean past) {
                told.add(id + " " + event.getClass().getSimpleName());
            }

            @Override
            public void silent() {
                told.add(id + " silent");
            }
        });
        line.expect(its, false);
        lines.put(id, line);
        return line;
    }

    private ParentSocket job(String id, String its) {
        return new ParentSocket(
                vertx,
                URI.create("ws://127.0.0.1:" + port),
                its,
                new StreamId(id),
                TestSettings.SPANISH,
                new WordsHeard(words::add));
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    private static StreamEvent live() {
        return new LifeEvent.Life(StreamState.initial(), new StreamState.Live(), "the first frame");
    }

    @Test
    void bothEndsHearEachOtherAndTheLastWordIsOnItsWayWhenAJobCloses() {
        StreamLine line = line("a", token);
        try (ParentSocket job = job("a", token)) {
            job.accept(live());
            until(() -> told.contains("a Life"));
            assertThat(line.order("there")).isTrue();
            until(() -> words.contains("there"));
            job.accept(new SessionEvent.Reconnected());
        }
        until(() -> told.contains("a Reconnected"));
        assertThat(told).containsExactly("a hello true", "a Life", "a Reconnected");
    }

    @Test
    void aServeThatWasAwayIsFoundAgain() {
        line("a", token);
        try (ParentSocket job = job("a", token)) {
            until(() -> told.contains("a hello true"));
            server.close();
            until(() -> !lines.get("a").isConnected());
            job.accept(new SessionEvent.Reconnected());
            listen(port);
            until(() -> told.contains("a Reconnected"));
            assertThat(told).containsExactly("a hello true", "a hello false", "a Reconnected");
        }
    }

    @Test
    void aJobWithoutItsServeEndsAtOnce() {
        server.close();
        long beganNs = System.nanoTime();
        try (ParentSocket job = job("a", token)) {
            job.accept(live());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void noJobSpeaksForAnotherStream() {
        line("a", token);
        line("b", Token.draw());
        assertThat(status("/v1/parent/b", "Bearer " + token)).isEqualTo(401);
        assertThat(status("/v1/parent/a", null)).isEqualTo(401);
        assertThat(status("/v1/parent/a", "Bearer ")).isEqualTo(401);
        assertThat(status("/v1/parent/a", "Basic " + token)).isEqualTo(401);
        assertThat(status("/v1/parent/none", "Bearer " + token)).isEqualTo(401);
        assertThat(status("/v1/parent/a/..", "Bearer " + token)).isEqualTo(401);
        assertThat(status("/", "Bearer " + token)).isEqualTo(401);
        assertThat(told).isEmpty();
    }

    @Test
    void connectionsAreBoundedAndATextThatIsTooLongEndsItsConnection() throws Exception {
        line("a", token);
        line("b", token);
        WebSocket first = open("/v1/parent/a");
        WebSocket second = open("/v1/parent/b");
        assertThat(status("/v1/parent/a", "Bearer " + token)).isEqualTo(503);
        first.writeTextMessage("hello " + "x".repeat(LineServer.LONGEST_TEXT));
        until(first::isClosed);
        assertThat(second.isClosed()).isFalse();
        second.writeTextMessage("no hello");
        until(second::isClosed);
        assertThat(told).isEmpty();
        until(() -> {
            open("/v1/parent/a").close();
            return true;
        });
    }

    @Test
    void whoSaysTooMuchIsCutOff() throws Exception {
        line("a", token);
        WebSocket socket = open("/v1/parent/a");
        socket.writeTextMessage("hello {\"run\":\"r\"}");
        for (int n = 0; n < 5 * LineServer.MOST_TEXTS_A_SECOND && !socket.isClosed(); n++) {
            socket.writeTextMessage(JobTalk.ALIVE);
        }
        until(socket::isClosed);
        assertThat(socket.closeReason()).isEqualTo("too many texts");
    }

    @Test
    void aPortThatIsTakenIsSaid() {
        LineServer second = new LineServer(vertx, id -> Optional.empty(), clock, 2);
        assertThatThrownBy(() -> second.start("127.0.0.1", port))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("WORKER_PARENT_PORT='" + port + "'");
    }

    private WebSocket open(String path) throws Exception {
        return connect(path, "Bearer " + token);
    }

    private int status(String path, String authorization) {
        try {
            connect(path, authorization).close();
            return 101;
        } catch (ExecutionException refused) {
            return refused.getCause() instanceof UpgradeRejectedException upgrade ? upgrade.getStatus() : -1;
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private WebSocket connect(String path, String authorization) throws ExecutionException, InterruptedException {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxFrameSize(1 << 20));
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost("127.0.0.1").setPort(port).setURI(path);
        if (authorization != null) {
            options.putHeader("Authorization", authorization);
        }
        return client.connect(options).toCompletionStage().toCompletableFuture().get();
    }
}
