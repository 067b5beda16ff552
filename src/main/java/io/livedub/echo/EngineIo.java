package io.livedub.echo;

import java.time.Duration;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Engine.IO protocol revision 4 over WebSocket: one text frame is one packet, its first character the type.
 *
 * <p>The framing is written here, 300 lines with {@link SocketIoPacket}, and not taken from netty-socketio: that one finds its listeners and binds its
 * payloads by reflection, and brings a second Netty bootstrap, both of which a native image would have to be told about; and it does not let a test
 * server misbehave on purpose.
 */
final class EngineIo {
    static final char CLOSE = '1';
    static final char PING = '2';
    static final char PONG = '3';
    static final char MESSAGE = '4';
    static final String PATH = "/socket.io/";

    /** The largest message that the strictest server accepts. */
    static final int MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

    /** The transport reads further than that, so that a fragment over the limit is answered by name and not by a lost connection. */
    static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    private EngineIo() {}

    /** The handshake errors of the reference server, with its codes and texts. */
    enum HandshakeError {
        TRANSPORT_UNKNOWN(0, "Transport unknown"),
        SESSION_UNKNOWN(1, "Session ID unknown"),
        BAD_REQUEST(3, "Bad request"),
        PROTOCOL_UNSUPPORTED(5, "Unsupported protocol version");

        private final int code;
        private final String message;

        HandshakeError(int code, String message) {
            this.code = code;
            this.message = message;
        }

        String json() {
            return Json.object().put("code", code).put("message", message).toString();
        }
    }

    /**
     * Why a request to {@link #PATH} is refused; empty when it may become a WebSocket.
     *
     * @param transport the query's {@code transport}, null when absent; so for the next two
     * @param upgrade whether the request asks for a WebSocket
     */
    static Optional<HandshakeError> refusal(String transport, String revision, String sid, boolean upgrade) {
        if (!"websocket".equals(transport)) {
            return Optional.of(HandshakeError.TRANSPORT_UNKNOWN);
        }
        if (!"4".equals(revision)) {
            return Optional.of(HandshakeError.PROTOCOL_UNSUPPORTED);
        }
        if (sid != null) {
            return Optional.of(HandshakeError.SESSION_UNKNOWN);
        }
        return upgrade ? Optional.empty() : Optional.of(HandshakeError.BAD_REQUEST);
    }

    static String open(String sid, Duration pingInterval, Duration pingTimeout) {
        ObjectNode open = Json.object().put("sid", sid);
        open.putArray("upgrades");
        open.put("pingInterval", pingInterval.toMillis())
                .put("pingTimeout", pingTimeout.toMillis())
                .put("maxPayload", MAX_PAYLOAD_BYTES);
        return "0" + open;
    }
}
