package io.livedub.access;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.RawHttp;
import io.livedub.support.ServeProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** The limits of connections, on the packaged worker: in a Quarkus test Netty's own loader finds the tests' container in another place. */
class ConnectionLimitsIT {
    @TempDir
    static Path folder;

    private static ServeProcess serve;
    private static int port;
    private static int managementPort;

    @BeforeAll
    static void start() {
        serve = ServeProcess.start(folder, Map.of());
        port = URI.create(serve.url()).getPort();
        managementPort = serve.worker().metricsPort();
    }

    @AfterAll
    static void stop() {
        serve.close();
    }

    @Test
    void thereIsNoHttp2() throws IOException {
        for (int door : List.of(port, managementPort)) {
            RawHttp.Answer prior = RawHttp.send(door, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
            assertThat(prior.text()).as("door %d", door).doesNotStartWith("\0");
            assertThat(prior.status()).isIn(0, 400, 505);
            try (Socket upgrade = RawHttp.connect(door)) {
                upgrade.getOutputStream()
                        .write(
                                ("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                                                + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n")
                                        .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(RawHttp.status(upgrade)).as("door %d", door).isNotEqualTo(101);
            }
        }
    }

    @Test
    void aRequestThatComesByteByByteIsNotWaitedForAndLocksNobodyOut() throws IOException {
        for (int door : List.of(port, managementPort)) {
            List<Socket> slow = new ArrayList<>();
            try {
                // given: more than there is room for, each with half a header
                for (int i = 0; i < ConnectionLimits.MOST + 50; i++) {
                    Socket socket = RawHttp.connect(door);
                    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.ISO_8859_1));
                    slow.add(socket);
                }
                // then: somebody else is answered at once
                assertThat(RawHttp.send(
                                        door,
                                        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                                .status())
                        .isIn(200, 404);
                // and the first had to go for the last
                assertThat(ended(slow.get(0))).isTrue();
                if (door == port) {
                    dripUntilClosed(slow.get(slow.size() - 1));
                }
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
        }
    }

    /** A byte a second never makes it a request. */
    private static void dripUntilClosed(Socket socket) throws IOException {
        socket.setSoTimeout(1_000);
        long endNs =
                System.nanoTime() + ConnectionLimits.REQUEST.plusSeconds(10).toNanos();
        while (System.nanoTime() - endNs < 0) {
            if (ended(socket)) {
                return;
            }
            try {
                socket.getOutputStream().write('x');
            } catch (IOException reset) {
                return;
            }
        }
        throw new AssertionError("still open");
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
