package io.livedub.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** HTTP as bytes: no client in between that puts a path in order, adds a header or refuses to send something. */
public final class RawHttp {
    private static final int PATIENCE_MS = 20_000;

    private RawHttp() {}

    /**
     * An answer.
     *
     * @param status 0 when the connection was closed without one
     */
    public record Answer(int status, String text) {}

    public static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    /** A request and all that comes until the connection is closed, which the request has to ask for. */
    public static Answer send(int port, String request) {
        try (Socket socket = connect(port)) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (java.net.SocketException refused) {
                // The server may answer and close before it has read all of a request that it refuses:
                // the answer counts.
            }
            return answer(socket.getInputStream());
        } catch (IOException failure) {
            throw new UncheckedIOException(request, failure);
        }
    }

    private static Answer answer(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (java.net.SocketException reset) {
            // The server ended it with part of the request unread; what came before counts.
            if (all.size() == 0) {
                return new Answer(0, "");
            }
        }
        String text = all.toString(StandardCharsets.ISO_8859_1);
        return new Answer(
                text.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(text.substring(9, 12)) : 0, text);
    }

    /** The status of an answer that may go on for ever: no more than its first line is read. */
    public static int status(Socket socket) throws IOException {
        byte[] start = socket.getInputStream().readNBytes(12);
        return start.length < 12 ? 0 : Integer.parseInt(new String(start, 9, 3, StandardCharsets.ISO_8859_1));
    }
}
