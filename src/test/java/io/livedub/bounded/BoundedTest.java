package io.livedub.bounded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers that do not end what they have begun. */
@Timeout(30)
class BoundedTest {
    private static final Duration LIMIT = Duration.ofMillis(700);

    private final HttpCalls calls = new HttpCalls(HttpClient.newBuilder(), LIMIT, 1_000);
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private ServerSocket server;

    private interface Peer {
        void speak(OutputStream out) throws IOException;
    }

    private interface SocketPeer {
        void speak(Socket socket) throws IOException;
    }

    private HttpRequest.Builder request(Peer peer) throws IOException {
        return requestTo(socket -> peer.speak(socket.getOutputStream()));
    }

    private HttpRequest.Builder requestTo(SocketPeer peer) throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try {
                Socket socket = server.accept();
                open.add(socket);
                peer.speak(socket);
            } catch (IOException ended) {
                // The test is over, or the client has closed.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"));
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void anAnswerIsItsStatusAndItsBody() throws Exception {
        HttpCalls.HttpAnswer answer =
                calls.await(request(out -> say(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc")));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).asString(StandardCharsets.UTF_8).isEqualTo("abc");
    }

    @Test
    void halfABodyIsNotWaitedFor() throws Exception {
        HttpRequest.Builder request = request(out -> say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
        assertThatThrownBy(() -> calls.await(request)).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aBodyThatComesByteByByteIsCutOffAndItsConnectionClosed() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        HttpRequest.Builder request = requestTo(socket -> {
            OutputStream out = socket.getOutputStream();
            say(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            socket.setSoTimeout(20);
            try {
                for (int n = 0; n < 1_000; n++) {
                    say(out, "x");
                    if (hasEnded(socket)) {
                        closed.complete(true);
                        return;
                    }
                }
                closed.complete(false);
            } catch (IOException broken) {
                closed.complete(true);
            }
        });
        assertThatThrownBy(() -> calls.await(request)).isInstanceOf(HttpTimeoutException.class);
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }

    /** Reads away what the client has sent; waits for its end as long as the socket's timeout allows. */
    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
            return true;
        } catch (SocketTimeoutException stillThere) {
            return false;
        }
    }

    @Test
    void silenceIsNotWaitedFor() throws Exception {
        HttpRequest.Builder request = request(out -> {});
        assertThatThrownBy(() -> calls.await(request)).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aBodyThatIsTooLargeIsNotCollected() throws Exception {
        HttpRequest.Builder request =
                request(out -> say(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000)));
        assertThatThrownBy(() -> calls.await(request))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than 1000 bytes");
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() throws Exception {
        HttpCalls.HttpAnswer answer = calls.await(request(
                out -> say(out, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")));
        assertThat(answer.status()).isEqualTo(302);
    }

    @Test
    void linesAreReadUpToTheirLimit() throws IOException {
        BoundedLines lines =
                new BoundedLines(new ByteArrayInputStream("ä\r\n\nlast".getBytes(StandardCharsets.UTF_8)), 4);
        assertThat(lines.next()).isEqualTo("ä");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).isEqualTo("last");
        assertThat(lines.next()).isNull();
        BoundedLines tooLong = new BoundedLines(new ByteArrayInputStream(new byte[5]), 4);
        assertThatThrownBy(tooLong::next).isInstanceOf(IOException.class).hasMessageContaining("4 bytes");
    }
}
