package io.livedub.sts;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.stream.events.FallbackReason;
import io.livedub.support.EchoSts;
import io.livedub.support.PythonSts;
import io.livedub.support.StsServer;

import static io.livedub.sts.Conversation.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The protocol document line by line, on real connections, with every server there is. No server may find a violation. */
class ProtocolConformanceIT {
    /** The wait is counted from where the event is sent on one side, and from where it is heard on the other. */
    private static final Duration END_PATIENCE = Conversation.COMPLETE.minusMillis(200);

    /** Every server: a line each. */
    private static final Map<String, Supplier<StsServer>> SERVERS = Map.of(
            "python-socketio",
            PythonSts::start,
            "echo",
            () -> EchoSts.start(END_PATIENCE),
            "sts-offline",
            PythonSts::startOffline);

    private static final Map<String, StsServer> RUNNING = new LinkedHashMap<>();

    record Line(String says, Consumer<Conversation> shown) {
        @Override
        public String toString() {
            return says;
        }
    }

    private static final int SOON = 900;
    /** For what a service in Python does after it was away: 900 ms were too short beside other tests. */
    private static final int A_WHILE = 5_000;

    private static final List<Line> DOCUMENT = List.of(
            new Line("stream:init says who and what; ready follows", with -> {
                with.ready();
                with.awaitHeard("stream:init", "config/sample_rate_hz", "48000");
                assertThat(with.heard("stream:init", "config/chunk_duration_ms"))
                        .containsExactly("1000");
            }),
            new Line("fragments are numbered from 0, dubbed, applied; end waits for complete", with -> {
                with.ready();
                for (int n = 0; n < 3; n++) {
                    with.dubbed(n, SOON);
                }
                with.end();
                with.awaitHeard("fragment:data", "sequence_number", "0", "1", "2");
                with.awaitHeard("fragment:ack", "status", "applied", "applied", "applied");
                with.awaitHeard("stream:end", "reason", "over");
                assertThat(with.seen.completed).singleElement().asString().contains("success_count=3");
            }),
            new Line("the server's max_inflight counts", with -> {
                with.mode("max_inflight", 1, "delay_ms", 100);
                with.ready();
                List<CompletableFuture<StsOutcome>> all = IntStream.range(0, 4)
                        .mapToObj(n -> with.submit(n, 3_000))
                        .toList();
                for (int n = 0; n < 4; n++) {
                    all.get(n).join();
                    with.session.applied(new UUID(1, n));
                }
                with.awaitHeard("fragment:ack", "status", "applied", "applied", "applied", "applied");
                assertThat(with.seen.mostInflight).isEqualTo(1);
                with.awaitHeard("fragment:data", "sequence_number", "0", "1", "2", "3");
            }),
            new Line("partial with audio is used", with -> {
                with.mode("status", "partial");
                with.ready();
                with.dubbed(0, SOON);
                with.end();
                assertThat(with.seen.completed).singleElement().asString().contains("partial_count=1");
            }),
            new Line("a result after its deadline is late, and answered received", with -> {
                with.mode("delay_ms", 600);
                with.ready();
                with.original(0, 200, FallbackReason.LATE);
                with.awaitHeard("fragment:ack", "status", "received");
            }),
            new Line("no result in time is a timeout; what still comes is answered received", with -> {
                with.mode("delay_ms", 1_500);
                with.ready();
                with.original(0, 5_000, FallbackReason.TIMEOUT);
                with.awaitHeard("fragment:ack", "status", "received");
            }),
            new Line("a retryable failure is sent again with a new number", with -> {
                with.mode("fail", List.of(failure(0, "MODEL_ERROR", "failed")));
                with.ready();
                with.dubbed(0, 5_000);
                with.awaitHeard("fragment:data", "sequence_number", "0", "1");
                with.awaitHeard("fragment:ack", "status", "received", "applied");
            }),
            new Line("a final failure is not sent again, and never opens the breaker", with -> {
                with.mode("fail", List.of(failure(-1, "INVALID_CONFIG", "failed")));
                with.ready();
                for (int n = 0; n < 7; n++) {
                    with.original(n, 5_000, FallbackReason.FAILED);
                }
                assertThat(with.session.breaker()).isEqualTo("closed");
                assertThat(with.heard("fragment:data", "sequence_number")).hasSize(7);
            }),
            new Line("after a refusal that blocks all later results a new session begins from 0", with -> {
                with.mode("fail", List.of(failure(0, "INVALID_CONFIG", "error")));
                with.ready();
                with.original(0, 300, FallbackReason.FAILED);
                with.submit(1, 300).join();
                with.submit(2, 300).join();
                with.mode();
                with.awaitState("Ready");
                await().until(() -> with.heard("stream:init", "stream_id").size() == 2);
                with.awaitState("Ready");
                with.dubbed(3, A_WHILE);
                // Whether the second of them was still sent depends on how soon the session is seen to be blocked.
                await().untilAsserted(() -> assertThat(with.heard("fragment:data", "sequence_number"))
                        .startsWith("0", "1")
                        .endsWith("0"));
            }),
            new Line("five retryable failures, a pause, one probe, closed", with -> {
                with.mode("fail", List.of(failure(-1, "MODEL_ERROR", "failed")));
                with.ready();
                for (int n = 0; n < 5; n++) {
                    with.original(n, 200, FallbackReason.FAILED);
                }
                assertThat(with.session.breaker()).isEqualTo("open");
                with.original(5, SOON, FallbackReason.BREAKER_OPEN);
                with.mode();
                await().until(() -> with.session.breaker().equals("half-open"));
                with.dubbed(6, SOON);
                assertThat(with.session.breaker()).isEqualTo("closed");
            }),
            new Line("pause sends nothing until none", with -> {
                with.ready();
                with.emit("backpressure", "action", "pause", "severity", null);
                with.original(0, 300, FallbackReason.BACKPRESSURE);
                with.emit("backpressure", "action", "none");
                with.dubbed(1, SOON);
                with.awaitHeard("fragment:data", "metadata/pts_ns", "1");
            }),
            new Line("a pause that is never cleared ends with a probe", with -> {
                with.ready();
                with.emit("backpressure", "action", "pause");
                with.dubbed(0, 5_000);
                with.dubbed(1, SOON);
            }),
            new Line("slow_down waits before each send", with -> {
                with.ready();
                with.emit("backpressure", "action", "slow_down", "recommended_delay_ms", "300");
                List<CompletableFuture<StsOutcome>> both = List.of(with.submit(0, 3_000), with.submit(1, 3_000));
                both.forEach(CompletableFuture::join);
                List<Long> at = with.server.log().get("events").findValuesAsText("at_ms").stream()
                        .map(Long::valueOf)
                        .toList();
                assertThat(at.get(2) - at.get(1)).isGreaterThan(250);
            }),
            new Line("the server's goodbye: originals, reconnect, from 0", with -> reconnects(with, "goodbye")),
            new Line("a broken connection: originals, reconnect, from 0", with -> reconnects(with, "abort")),
            new Line("no stream:ready: the attempt fails, the next one may not", with -> {
                with.mode("ready", false);
                with.session.start(48_000, 2);
                with.awaitState("Reconnecting");
                with.mode();
                with.awaitState("Ready");
                with.dubbed(0, SOON);
                assertThat(with.seen.reconnects).isEqualTo(1);
            }),
            new Line("refused for ever: lost after the last attempt", with -> {
                with.mode("connect", false);
                with.session.start(48_000, 2);
                with.original(0, 10_000, FallbackReason.DISCONNECTED);
                await().atMost(Duration.ofSeconds(10)).until(with.lost::isDone);
                assertThat(with.session.state()).isEqualTo("Lost");
                assertThat(with.server.log().get("handshakes")).hasSize(4);
            }),
            new Line("source lost and back: pause, resume, and the numbers go on", with -> {
                with.ready();
                with.dubbed(0, SOON);
                with.session.sourceLost("encoder gone");
                with.awaitHeard("stream:pause", "reason", "encoder gone");
                with.session.sourceBack();
                with.dubbed(1, A_WHILE);
                with.awaitHeard("fragment:data", "sequence_number", "0", "1");
                with.awaitHeard("stream:resume", "stream_id", "stream-1");
            }),
            new Line("without stream:complete it closes after a while", with -> {
                with.mode("complete", false);
                with.ready();
                with.end();
                assertThat(with.seen.warnings).anyMatch(line -> line.contains("stream:complete"));
            }),
            new Line("what is not of the protocol changes nothing", with -> {
                with.ready();
                with.emit("fragment:processed", "fragment_id", null);
                with.emit("error", "code", 7, "fragment_id", List.of());
                with.emit("stream:ready", "max_inflight", "many");
                with.emit("unheard:of", "a", Map.of("b", List.of(1, 2)));
                with.dubbed(0, SOON);
            }),
            new Line("a result of several megabytes is taken", with -> {
                with.mode("bytes", 3_000_000);
                with.ready();
                assertThat(with.submit(0, 5_000).join())
                        .isInstanceOfSatisfying(
                                StsOutcome.Dubbed.class,
                                dubbed -> assertThat(dubbed.audio().data()).hasSize(3_000_000));
            }));

    private static void reconnects(Conversation with, String how) {
        with.mode("results", false);
        with.ready();
        CompletableFuture<StsOutcome> inFlight = with.submit(0, 10_000);
        with.awaitHeard("fragment:data", "sequence_number", "0");
        with.server.disconnect(how);
        assertThat(inFlight.join()).isInstanceOf(StsOutcome.Original.class);
        with.awaitFallback(0, FallbackReason.DISCONNECTED);
        with.mode();
        await().until(() -> with.seen.reconnects == 1);
        with.dubbed(1, SOON);
        with.awaitHeard("fragment:data", "sequence_number", "0", "0");
    }

    static Stream<Arguments> everything() {
        return SERVERS.keySet().stream().flatMap(server -> DOCUMENT.stream().map(line -> Arguments.of(server, line)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everything")
    void holds(String name, Line line) {
        StsServer server = RUNNING.computeIfAbsent(name, key -> SERVERS.get(key).get());
        server.reset();
        try (Conversation with = new Conversation(server)) {
            line.shown().accept(with);
            assertThat(with.violations()).isEmpty();
        }
    }

    @AfterAll
    static void stop() {
        RUNNING.values().forEach(StsServer::close);
    }
}
