package io.livedub.sts.socketio;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;
import io.livedub.sts.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A service that sends what no service should: nothing of it is parsed beyond its bounds, and no other connection notices. */
class HostileServiceTest {
    private static final String KEY = "k3y-that-nobody-may-see";
    private static final String GOOD =
            "42[\"fragment:ack\",{\"fragment_id\":\"f1\",\"status\":\"queued\",\"odd\":null}]";
    private static final int MIB = 1024 * 1024;

    private static final class Heard implements StsTransport.TransportListener {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final List<Object> payloads = new CopyOnWriteArrayList<>();
        final List<String> dropped = new CopyOnWriteArrayList<>();

        @Override
        public void connected() {
            lines.add("connected");
        }

        @Override
        public void event(String name, Object payload) {
            payloads.add(String.valueOf(payload));
            lines.add(name);
        }

        @Override
        public void dropped(String why, long count) {
            dropped.add(why);
        }

        @Override
        public void closed(String reason) {
            lines.add("closed: " + reason);
        }

        boolean closed() {
            return lines.stream().anyMatch(line -> line.startsWith("closed"));
        }
    }

    private static StsTransport.TransportConnection connect(URI url, Heard heard) {
        return transport(url).connect(heard);
    }

    private static SocketIoTransport transport(URI url) {
        return new SocketIoTransport(TestSettings.of(url, KEY, StsSettings.Loss.EXIT, 2, 3));
    }

    private static void awaitClosed(Heard heard) {
        await().atMost(Duration.ofSeconds(30)).until(heard::closed);
    }

    @Test
    void aWarmUpAsksTheServiceForNothing() throws IOException {
        try (ServerSocket service = new ServerSocket(0)) {
            service.setSoTimeout(100);
            transport(URI.create("http://127.0.0.1:" + service.getLocalPort())).warmUp();
            assertThatThrownBy(service::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void redirectsAreRefusedByNameAndTheKeyGoesNowhereElse() {
        try (RawService other = RawService.webSocket(RawService.Line::connected)) {
            for (String to : List.of(
                    "http://127.0.0.1:%d/socket.io/",
                    "ws://user:secret@localhost:%d/", "//localhost:%d/x?token=secret")) {
                String place =
                        String.format(java.util.Locale.ROOT, to, other.url().getPort());
                try (RawService service = RawService.http(
                        "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + place + "\r\nContent-Length: 0\r\n\r\n")) {
                    Heard heard = new Heard();
                    connect(service.url(), heard);
                    awaitClosed(heard);

                    assertThat(heard.lines)
                            .singleElement()
                            .asString()
                            .contains(
                                    "cannot connect",
                                    "307",
                                    "redirects are refused",
                                    ":" + other.url().getPort())
                            .doesNotContain("secret")
                            .doesNotContain(KEY);
                    assertThat(service.requests).hasSize(1);
                }
            }
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void theHandshakeSaysHowLargeAMessageMayBeAndOddValuesSayNothing() {
        for (Map.Entry<String, Long> given : Map.of(
                        "1000000", 1_000_000L, "null", Long.MAX_VALUE, "-5", Long.MAX_VALUE, "\"much\"", Long.MAX_VALUE)
                .entrySet()) {
            try (RawService service = RawService.webSocket(line -> {
                line.text("0{\"sid\":\"s\",\"pingInterval\":null,\"maxPayload\":" + given.getKey() + "}");
                line.text("40");
            })) {
                Heard heard = new Heard();
                StsTransport.TransportConnection connection = connect(service.url(), heard);
                await().until(() -> heard.lines.contains("connected"));

                assertThat(connection.largestMessage()).as(given.getKey()).isEqualTo(given.getValue());
                // The service greets unasked, so the worker can be connected before its own greeting has arrived there.
                await().untilAsserted(() -> assertThat(service.heard).containsExactly("40"));
                connection.close();
                await().until(() -> service.heard.contains("41"));
            }
        }
    }

    /** Nobody would notice when such a service is gone. */
    @Test
    void aServiceThatLeavesTheHandshakeOutIsNotConnected() {
        try (RawService service = RawService.webSocket(line -> line.text("40"))) {
            Heard heard = new Heard();
            connect(service.url(), heard);
            awaitClosed(heard);

            assertThat(heard.lines)
                    .containsExactly(
                            "closed: cannot connect: Socket.IO without an Engine.IO handshake, so without a heartbeat");
        }
    }

    @Test
    void whatIsNotWithinBoundsIsDroppedAndTheConnectionGoesOn() {
        List<String> odd = List.of(
                "42[\"fragment:ack\",{\"n\":" + "9".repeat(1_000_000) + "}]",
                "42[\"fragment:ack\",{\"n\":0." + "1".repeat(100_000) + "e" + "9".repeat(50) + "}]",
                "42[\"fragment:ack\"," + "[".repeat(50_000) + "]",
                "42[\"fragment:ack\"," + "{\"a\":".repeat(20_000),
                "42[\"fragment:ack\",{\"" + "n".repeat(100_000) + "\":1}]",
                "42[\"fragment:ack\",[" + "1,".repeat(150_000) + "1]]",
                "42" + "7".repeat(100_000) + "[\"fragment:ack\"]",
                "42/other,[\"fragment:ack\",{}]",
                "40/other,{\"sid\":\"x\"}",
                "41/other,",
                "44/other,{\"message\":\"no\"}",
                "42[7]",
                "42{}",
                "42[]",
                "42",
                "42[\"fragment:ack\",{\"a\":",
                "451-[\"fragment:processed\",{\"_placeholder\":true,\"num\":0}]",
                "43" + "7".repeat(10_000),
                "4",
                "",
                "0" + "x".repeat(100_000),
                "0nonsense",
                "3probe");
        try (RawService service = RawService.webSocket(line -> {
            line.connected();
            for (String packet : odd) {
                line.text(packet);
            }
            line.frame(2, new byte[1_000]);
            line.text("2");
            line.text(GOOD);
            line.text("42/,7[\"error\",null]");
            line.text("42[\"big\",{\"n\":12345678901234567890123,\"f\":1.5,\"b\":[true,false,null],\"t\":9999999999}]");
        })) {
            Heard heard = new Heard();
            StsTransport.TransportConnection connection = connect(service.url(), heard);

            await().atMost(Duration.ofSeconds(20)).until(() -> heard.lines.contains("big"));
            assertThat(heard.lines).containsExactly("connected", "fragment:ack", "error", "big");
            assertThat(heard.payloads.get(0)).isEqualTo("{fragment_id=f1, status=queued, odd=null}");
            assertThat(heard.payloads.get(2)).asString().contains("f=1.5", "b=[]", "t=9999999999");
            assertThat(heard.dropped).as("once a burst").hasSize(1).allMatch(why -> why.length() < 310);
            await().until(() -> service.heard.contains("3"));
            connection.close();
        }
    }

    @Test
    void aConnectErrorAndAGoodbyeEndTheConnectionInAFewWords() {
        Map<String, String> ends = Map.of(
                "44{\"message\":\"not\\nyou\"}",
                "not you",
                "44{\"message\":\"busy\",\"data\":{\"retry\":7,\"of\":null}}",
                "busy {retry=7, of=null}",
                "44" + "[".repeat(40),
                "refused",
                "41",
                "closed by the service",
                "1",
                "closed by the service");
        ends.forEach((packet, reason) -> {
            try (RawService service = RawService.webSocket(line -> {
                line.text(RawService.OPEN);
                line.text(packet);
            })) {
                Heard heard = new Heard();
                connect(service.url(), heard);
                awaitClosed(heard);
                assertThat(heard.lines).containsExactly("closed: cannot connect: " + reason);
            }
        });
    }

    @Test
    void aRefusedHandshakeIsToldWithWhatTheServiceSaysAboutIt() {
        Map<String, String> answers = Map.of(
                "400 Bad Request\r\n\r\n{\"code\":0,\"message\":\"Transport unknown\"}",
                "HTTP 400 Bad Request: {\"code\":0,\"message\":\"Transport unknown\"}",
                "502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html><h1>502</h1></html>",
                "HTTP 502 Bad Gateway",
                "403 No\r\nContent-Length: 900\r\n\r\nyour key is " + KEY + "\n" + "x".repeat(888),
                "HTTP 403 No: your key is *** " + "x".repeat(256 - 13 - KEY.length()),
                "200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP 200 OK");
        answers.forEach((answer, told) -> {
            try (RawService service = RawService.http("HTTP/1.1 " + answer)) {
                Heard heard = new Heard();
                connect(service.url(), heard);
                awaitClosed(heard);
                assertThat(heard.lines)
                        .containsExactly(
                                "closed: cannot connect: the service answers the WebSocket handshake with " + told);
            }
        });
    }

    @Test
    void aClosedOrCutWebSocketIsToldWithItsMeaning() {
        Map<byte[], String> ends = Map.of(
                new byte[] {3, (byte) 0xf1},
                "closed by the service (1009: message too large)",
                new byte[] {3, (byte) 0xf5, 'l', 'a', 't', 'e', 'r'},
                "closed by the service (1013: try again later, later)",
                new byte[] {15, (byte) 0xa0},
                "closed by the service (4000)",
                new byte[0],
                "the service, or a proxy before it, cut the connection");
        ends.forEach((frame, told) -> {
            try (RawService service = RawService.webSocket(line -> {
                line.connected();
                if (frame.length > 0) {
                    line.frame(8, frame);
                } else {
                    line.cut();
                }
            })) {
                Heard heard = new Heard();
                connect(service.url(), heard);
                awaitClosed(heard);
                assertThat(heard.lines).last().isEqualTo("closed: disconnected: " + told);
            }
        });
    }

    @Test
    void whatTheProtocolDoesNotHaveIsNamed() {
        Map<String, String> packets = Map.of(
                "451-[\"fragment:processed\",{\"_placeholder\":true,\"num\":0}]",
                "binary attachments",
                "431[null]",
                "an answer to a callback",
                "49",
                "a type that the protocol does not use");
        packets.forEach((packet, told) -> {
            try (RawService service = RawService.webSocket(line -> {
                line.connected();
                line.text(packet);
            })) {
                Heard heard = new Heard();
                StsTransport.TransportConnection connection = connect(service.url(), heard);
                await().until(() -> !heard.dropped.isEmpty());
                assertThat(heard.dropped).singleElement().asString().contains(told);
                connection.close();
            }
        });
    }

    @Test
    void whatAServiceAddsToAResultDoesNotCostTheResult() {
        List<String> added = List.of(
                "[" + "[0.01,0.99],".repeat(20_000) + "[1,1]]",
                "{\"a\":".repeat(400) + "1" + "}".repeat(400),
                "[".repeat(400) + "]".repeat(400),
                "{\"" + "name ".repeat(1_000) + "\":7}",
                "{\"seed\":" + "9".repeat(900) + "}");
        for (String each : added) {
            try (RawService service = RawService.webSocket(line -> {
                line.connected();
                line.text("42[\"fragment:processed\",{\"metadata\":" + each + ",\"fragment_id\":\"f1\"},null,[1]]");
            })) {
                Heard heard = new Heard();
                StsTransport.TransportConnection connection = connect(service.url(), heard);
                await().until(() -> !heard.payloads.isEmpty() || !heard.dropped.isEmpty());
                assertThat(heard.dropped).as(each.substring(0, 12)).isEmpty();
                assertThat(heard.payloads).singleElement().asString().endsWith("fragment_id=f1}");
                connection.close();
            }
        }
    }

    @Test
    void aNumberThatIsNoneIsReadAsPythonWritesIt() {
        try (RawService service = RawService.webSocket(line -> {
            line.connected();
            line.text("42[\"fragment:processed\",{\"processing_time_ms\":NaN,\"of\":-Infinity,\"in\":[NaN]}]");
        })) {
            Heard heard = new Heard();
            StsTransport.TransportConnection connection = connect(service.url(), heard);
            await().until(() -> heard.lines.contains("fragment:processed"));
            assertThat(heard.payloads).containsExactly("{processing_time_ms=NaN, of=-Infinity, in=[]}");
            connection.close();
        }
    }

    @Test
    void aFloodOfLargeMessagesEndsItsConnectionAndCostsNoOtherOneItsEvents() {
        String large = "42[\"fragment:processed\",{\"fragment_id\":\"f1\",\"a\":\"" + "A".repeat(14 * MIB) + "\"}]";
        CountDownLatch flooding = new CountDownLatch(1);
        try (RawService flood = RawService.webSocket(line -> {
                    line.connected();
                    flooding.countDown();
                    while (true) {
                        line.text(large);
                    }
                });
                RawService quiet = RawService.webSocket(line -> {
                    line.connected();
                    line.text(GOOD);
                })) {
            Heard flooded = new Heard();
            connect(flood.url(), flooded);
            await().until(() -> flooding.getCount() == 0);
            Heard calm = new Heard();
            StsTransport.TransportConnection connection = connect(quiet.url(), calm);

            await().atMost(Duration.ofSeconds(20)).until(() -> calm.lines.contains("fragment:ack"));
            awaitClosed(flooded);
            assertThat(flooded.lines).last().asString().contains("the service floods");
            assertThat(flooded.lines).doesNotContain("fragment:processed");
            assertThat(calm.closed()).isFalse();
            connection.close();
        }
    }

    @Test
    void aFloodOfSmallMessagesIsDroppedUnreadAndToldOnce() {
        try (RawService flood = RawService.webSocket(line -> {
            line.connected();
            flood(line, 3_000);
        })) {
            Heard heard = new Heard();
            StsTransport.TransportConnection connection = connect(flood.url(), heard);

            await().atMost(Duration.ofSeconds(20)).until(() -> !heard.dropped.isEmpty());
            assertThat(heard.dropped).first().asString().contains("messages a second");
            assertThat(heard.closed()).isFalse();
            connection.close();
        }
    }

    @Test
    void aPingInAFloodIsAnswered() {
        // given
        try (RawService flood = RawService.webSocket(line -> {
            line.connected();
            flood(line, 1_000);
            line.text("2");
        })) {
            Heard heard = new Heard();

            // when
            StsTransport.TransportConnection connection = connect(flood.url(), heard);

            // then
            await().atMost(Duration.ofSeconds(20)).until(() -> flood.heard.contains("3"));
            assertThat(heard.dropped).isNotEmpty();
            connection.close();
        }
    }

    @Test
    void aSecondHandshakeIsDropped() {
        try (RawService service = RawService.webSocket(line -> {
            line.connected();
            line.text(RawService.OPEN);
            line.text(RawService.OPEN);
            line.text(GOOD);
        })) {
            Heard heard = new Heard();
            StsTransport.TransportConnection connection = connect(service.url(), heard);

            await().atMost(Duration.ofSeconds(20)).until(() -> heard.lines.contains("fragment:ack"));
            assertThat(heard.dropped).containsExactly("a message: a second handshake");
            assertThat(service.heard).containsOnlyOnce("40");
            connection.close();
        }
    }

    private static void flood(RawService.Line line, int messages) throws IOException {
        for (int n = 0; n < messages; n++) {
            line.text(GOOD);
        }
    }
}
