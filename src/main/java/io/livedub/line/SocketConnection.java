package io.livedub.line;

import io.vertx.core.http.WebSocketBase;

/** A WebSocket to which little is said: one that takes nothing more is closed, since who does not read is of no use. */
final class SocketConnection implements Connection {
    private static final short POLICY = 1008;

    private final WebSocketBase socket;

    SocketConnection(WebSocketBase socket) {
        this.socket = socket;
    }

    @Override
    public void send(String text) {
        if (socket.isClosed()) {
            return;
        }
        if (socket.writeQueueFull()) {
            close("nothing is read");
        } else {
            var unused = socket.writeTextMessage(text);
        }
    }

    @Override
    public void close(String why) {
        if (!socket.isClosed()) {
            var unused = socket.close(POLICY, why);
        }
    }
}
