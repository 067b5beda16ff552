package io.livedub.echo;

import java.time.Duration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;

/**
 * Engine.IO protocol revision 4 over WebSocket: one text frame is one packet, its first character the type.
 *
 * <p>The framing is written here and in {@link SocketIoPacket}, and not taken from a library. netty-socketio finds its listeners and binds its
 * payloads by reflection, brings a second Netty bootstrap, and does not let a test server misbehave on purpose. The parser of socket.io-client
 * would bring a second JSON library into the worker, which takes names without quotes; a strict server has to refuse those.
 */
final class EngineIo {
    static final char CLOSE = '1';
    static final char PING = '2';
    static final char PONG = '3';
    static final char MESSAGE = '4';

    /** The largest message that the strictest server accepts. */
    static final int MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

    /** The transport reads further than that, so that a fragment over the limit is answered by name and not by a lost connection. */
    static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    private EngineIo() {}

    /** Why a request is refused, with the codes and texts of the reference server; null when it may become a WebSocket. */
    static ObjectNode refusal(HttpServerRequest request) {
        try {
            if (!"websocket".equals(request.getParam("transport"))) {
                return error(0, "Transport unknown");
            }
        } catch (IllegalArgumentException brokenEscape) {
            return error(3, "Bad request");
        }
        if (!"4".equals(request.getParam("EIO"))) {
            return error(5, "Unsupported protocol version");
        }
        if (request.getParam("sid") != null) {
            return error(1, "Session ID unknown");
        }
        boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
        return upgrade ? null : error(3, "Bad request");
    }

    private static ObjectNode error(int code, String message) {
        return Json.object().put("code", code).put("message", message);
    }

    static String open(String sid, Duration pingInterval, Duration pingTimeout) {
        ObjectNode open = Json.object().put("sid", sid);
        open.putArray("upgrades");
        open.put("pingInterval", pingInterval.toMillis()).put("pingTimeout", pingTimeout.toMillis());
        return "0" + open.put("maxPayload", MAX_PAYLOAD_BYTES);
    }
}
