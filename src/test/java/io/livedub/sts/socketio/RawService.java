package io.livedub.sts.socketio;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A WebSocket server that says exactly what a test wants, right or wrong, and keeps what it hears. One thread a connection. */
final class RawService implements AutoCloseable {
    /** What it does with a connection once the handshake is over. */
    interface Behaviour {
        void run(RawService.Line line) throws IOException;
    }

    static final String OPEN =
            "0{\"sid\":\"s\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}";

    /** Requests, with their headers. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** Texts that clients sent. */
    final List<String> heard = new CopyOnWriteArrayList<>();

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private RawService(ServerSocket server) {
        this.server = server;
    }

    static RawService webSocket(Behaviour behaviour) {
        return start((service, socket, request) -> {
            service.upgrade(socket, request);
            Line line = new Line(socket, socket.getOutputStream());
            Thread reader = new Thread(() -> service.listen(socket), "raw-service-reader");
            reader.setDaemon(true);
            reader.start();
            behaviour.run(line);
        });
    }

    /** Answers each request with this and closes. */
    static RawService http(String answer) {
        return start((service, socket, request) -> {
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            socket.close();
        });
    }

    private interface Accepted {
        void run(RawService service, Socket socket, String request) throws IOException;
    }

    private static RawService start(Accepted accepted) {
        try {
            RawService service = new RawService(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread thread = new Thread(() -> service.accept(accepted), "raw-service");
            thread.setDaemon(true);
            thread.start();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void accept(Accepted accepted) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread thread = new Thread(() -> serve(accepted, socket), "raw-service-line");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Accepted accepted, Socket socket) {
        try {
            String request = head(socket);
            requests.add(request);
            accepted.run(this, socket, request);
        } catch (IOException gone) {
            // The client has gone, or the test is over.
        }
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int read = socket.getInputStream().read();
            if (read < 0) {
                throw new IOException("no request");
            }
            head.append((char) read);
        }
        return head.toString();
    }

    private void upgrade(Socket socket, String request) throws IOException {
        String key = request.replaceAll("(?is).*Sec-WebSocket-Key: *(\\S+).*", "$1");
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void listen(Socket socket) {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int kind = in.readUnsignedByte() & 15;
                long length = in.readUnsignedByte() & 127;
                length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
                byte[] mask = in.readNBytes(4);
                byte[] data = in.readNBytes((int) length);
                for (int i = 0; i < data.length; i++) {
                    data[i] ^= mask[i % 4];
                }
                if (kind == 1) {
                    heard.add(new String(data, StandardCharsets.UTF_8));
                }
            }
        } catch (IOException gone) {
            // The client has gone, or the test is over.
        }
    }

    /** What the server says. */
    static final class Line {
        private final Socket socket;
        private final OutputStream out;

        Line(Socket socket, OutputStream out) {
            this.socket = socket;
            this.out = out;
        }

        /** Shakes hands as a service does. */
        Line connected() throws IOException {
            text(OPEN);
            text("40{\"sid\":\"t\"}");
            return this;
        }

        /** Ends the connection without a word, as a proxy does at its time-out. */
        void cut() throws IOException {
            socket.close();
        }

        void text(String text) throws IOException {
            frame(1, text.getBytes(StandardCharsets.UTF_8));
        }

        void frame(int kind, byte[] data) throws IOException {
            ByteBuffer head = ByteBuffer.allocate(10).put((byte) (128 | kind));
            if (data.length < 126) {
                head.put((byte) data.length);
            } else if (data.length < 65_536) {
                head.put((byte) 126).putShort((short) data.length);
            } else {
                head.put((byte) 127).putLong(data.length);
            }
            out.write(Arrays.copyOf(head.array(), head.position()));
            out.write(data);
            out.flush();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
