package io.livedub.media;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Asks whether an RTMP server answers at all: sends C0 and C1, waits for S0 (Adobe's RTMP specification, 5.2).
 *
 * <p>Used after a failed attempt, to tell "no such stream" from "no server". A connected socket proves nothing: the kernel accepts
 * connections for a frozen process.
 */
public final class RtmpHandshakeProbe {
    private static final int C1_LENGTH = 1536;
    private static final int VERSION = 3;
    private static final int RTMP_PORT = 1935;
    private static final int RTMPS_PORT = 443;

    private RtmpHandshakeProbe() {}

    /**
     * Whether the server answered, and if not, why.
     *
     * @param answered the server sent a handshake
     * @param detail why not, one line; empty when it did
     */
    public record HandshakeResult(boolean answered, String detail) {}

    /** Blocks for at most {@code limit} for each of connecting and reading, and twice that in all. */
    public static HandshakeResult run(String url, Authorities authorities, Duration limit) {
        int limitMs = Math.toIntExact(limit.toMillis());
        try {
            RtmpAddress uri = RtmpAddress.of(url);
            boolean tls = "rtmps".equals(uri.getScheme());
            if (uri.getHost() == null) {
                return new HandshakeResult(false, "the URL names no host");
            }
            int port = uri.getPort() > 0 ? uri.getPort() : tls ? RTMPS_PORT : RTMP_PORT;
            SocketFactory sockets = tls ? authorities.trust().getSocketFactory() : SocketFactory.getDefault();
            try (Socket socket = sockets.createSocket();
                    TimeLimit cut = new TimeLimit(socket, limit.multipliedBy(2))) {
                InetSocketAddress address = new InetSocketAddress(uri.getHost(), port);
                if (address.isUnresolved()) {
                    return new HandshakeResult(false, "host name " + uri.getHost() + " cannot be resolved");
                }
                socket.connect(address, limitMs);
                socket.setSoTimeout(limitMs);
                if (socket instanceof SSLSocket secured) {
                    // Without this Java takes any certificate of a known authority, whatever host it is for.
                    SSLParameters parameters = secured.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    secured.setSSLParameters(parameters);
                    secured.startHandshake();
                }
                socket.getOutputStream().write(hello());
                int version = new DataInputStream(socket.getInputStream()).readUnsignedByte();
                return version == VERSION
                        ? new HandshakeResult(true, "")
                        : new HandshakeResult(false, "it does not speak RTMP (first byte " + version + ")");
            }
        } catch (URISyntaxException malformed) {
            return new HandshakeResult(false, "the URL is malformed");
        } catch (java.net.SocketTimeoutException silent) {
            return new HandshakeResult(false, "no RTMP handshake within " + limit.toSeconds() + " s");
        } catch (java.io.EOFException closed) {
            return new HandshakeResult(false, "it closed the connection before an RTMP handshake");
        } catch (SSLException untrusted) {
            return new HandshakeResult(
                    false, "no TLS connection: " + oneLine(untrusted.getMessage()) + "; see MEDIAMTX_CA_FILE");
        } catch (IOException failed) {
            return new HandshakeResult(false, oneLine(failed.getMessage()));
        }
    }

    private static String oneLine(String text) {
        return String.valueOf(text).replaceAll("\\p{Cntrl}", " ");
    }

    /** Ends the whole, whatever it waits for: the limit on reading counts for each byte, of which a TLS handshake has many. */
    private static final class TimeLimit implements AutoCloseable {
        private final CompletableFuture<Void> due;

        TimeLimit(Socket socket, Duration after) {
            due = CompletableFuture.runAsync(
                    () -> {
                        try {
                            socket.close();
                        } catch (IOException closed) {
                            return;
                        }
                    },
                    CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS));
        }

        @Override
        public void close() {
            due.cancel(false);
        }
    }

    private static byte[] hello() {
        byte[] bytes = new byte[1 + C1_LENGTH];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] = VERSION;
        // Time and four zero bytes: what follows is random.
        java.util.Arrays.fill(bytes, 1, 9, (byte) 0);
        return bytes;
    }
}
