package io.livedub.echo;

import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.WebSocketInternal;

import io.livedub.echo.SocketIoPacket.SocketIoType;

/** One WebSocket with its Engine.IO heartbeat and Socket.IO framing. All on the event loop. */
final class EchoConnection {
    /** A client that joins no namespace in this time is disconnected, as by the reference server. */
    private static final long CONNECT_TIMEOUT_MS = 45_000;

    /** Results for a client that sends and does not read; four of the largest messages. */
    private static final long MAX_UNSENT_CHARS = 4L * EngineIo.MAX_FRAME_BYTES;

    private static final short NORMAL = 1000;
    private static final short PROTOCOL_ERROR = 1002;
    private static final long NO_TIMER = -1;

    final EchoServer server;
    final Conversation conversation;
    private final ServerWebSocket socket;
    private long heartbeat = NO_TIMER;
    private long connectTimer = NO_TIMER;
    private long unsentChars;
    private boolean joined;
    private String closeReason;
    /** The server has ended it, and not the client. */
    private boolean ours;

    EchoConnection(EchoServer server, ServerWebSocket socket) {
        this.server = server;
        this.socket = socket;
        conversation = new Conversation(server, this, socket.headers());
    }

    void open(Runnable onClose) {
        socket.textMessageHandler(this::received);
        socket.binaryMessageHandler(
                unused -> refuse("BINARY_ATTACHMENT", "a binary frame came; audio is base64 text in this protocol"));
        socket.exceptionHandler(problem -> closeReason("transport: " + problem.getMessage()));
        socket.closeHandler(unused -> {
            server.vertx.cancelTimer(heartbeat);
            server.vertx.cancelTimer(connectTimer);
            closeReason("closed by the client");
            conversation.closed(closeReason, ours);
            onClose.run();
        });
        String sid = UUID.randomUUID().toString();
        send(EngineIo.open(sid, server.options.pingInterval, server.options.pingTimeout));
        connectTimer =
                server.vertx.setTimer(CONNECT_TIMEOUT_MS, unused -> close(PROTOCOL_ERROR, "no namespace was joined"));
        scheduleHeartbeat();
    }

    void emit(String event, JsonNode payload) {
        packet(SocketIoType.EVENT, Json.array().add(event).add(payload).toString());
    }

    void disconnect(String reason) {
        ours = true;
        packet(SocketIoType.DISCONNECT, "");
        close(NORMAL, reason);
    }

    /** Optional fields that have no value are explicit nulls, as real servers send them. */
    void emitError(String streamId, String fragmentId, EchoFailure failure, String stage) {
        ObjectNode error = failure.toJson()
                .put("error_id", UUID.randomUUID().toString())
                .put("stream_id", streamId)
                .put("fragment_id", fragmentId)
                .put("severity", "error");
        error.set("metadata", stage == null ? null : Json.object().put("stage", stage));
        emit("error", error);
    }

    /** Says what the protocol's logic did not think of; nothing to a client that cannot hear events yet. */
    void say(String event, JsonNode payload) {
        if (joined) {
            emit(event, payload);
        }
    }

    /** Resets the TCP connection. Vert.x has no public way to: its own close is a polite one, with a close frame. */
    void abort(String reason) {
        ours = true;
        closeReason(reason);
        ChannelHandlerContext channel = ((WebSocketInternal) socket).channelHandlerContext();
        channel.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        // Not the channel's close, which Vert.x's handler turns into its own.
        channel.close();
    }

    private void received(String text) {
        char type = text.isEmpty() ? '?' : text.charAt(0);
        switch (type) {
            case EngineIo.PONG -> scheduleHeartbeat();
            case EngineIo.PING -> send(EngineIo.PONG + text.substring(1));
            case EngineIo.CLOSE -> close(NORMAL, "closed by the client");
            case EngineIo.MESSAGE -> message(text);
            default -> refuse("FRAMING", "unexpected Engine.IO packet type " + type);
        }
    }

    private void message(String text) {
        SocketIoPacket packet;
        try {
            packet = SocketIoPacket.parse(text.substring(1));
        } catch (IllegalArgumentException e) {
            refuse("FRAMING", e.getMessage());
            return;
        }
        if (packet.type() != SocketIoType.CONNECT && !"/".equals(packet.namespace())) {
            refuse("FRAMING", "a packet came for a namespace that was not joined");
            return;
        }
        switch (packet.type()) {
            case CONNECT -> join(packet.namespace());
            case DISCONNECT -> close(NORMAL, "disconnected by the client");
            case EVENT -> event(packet, text.length());
            case BINARY_EVENT, BINARY_ACK -> {
                String problem = "a packet with attachments came; audio is base64 text in this protocol";
                refuse("BINARY_ATTACHMENT", problem);
            }
            default -> conversation.violation("FRAMING", "unexpected packet of type " + packet.type());
        }
    }

    private void join(String namespace) {
        if (!"/".equals(namespace)) {
            ObjectNode error = Json.object().put("message", "Invalid namespace");
            packet(SocketIoType.CONNECT_ERROR, namespace + "," + error);
            return;
        }
        server.vertx.cancelTimer(connectTimer);
        joined = true;
        ObjectNode answer = Json.object().put("sid", UUID.randomUUID().toString());
        packet(SocketIoType.CONNECT, answer.toString());
    }

    private void event(SocketIoPacket packet, int chars) {
        if (!joined) {
            refuse("FRAMING", "an event came before the namespace was joined");
            return;
        }
        if (packet.ackId() != null) {
            conversation.violation("ACK_CALLBACK", "an acknowledgement was asked for; replies are events of their own");
            packet(SocketIoType.ACK, packet.ackId() + "[]");
        }
        String name = packet.data().get(0).textValue();
        JsonNode payload = packet.data().path(1);
        if (packet.data().size() != 2 || !payload.isObject()) {
            conversation.violation("PAYLOAD", name + " must carry exactly one JSON object");
            return;
        }
        conversation.event(name, payload, chars);
    }

    private void refuse(String code, String message) {
        conversation.violation(code, message);
        disconnect(message);
    }

    private void scheduleHeartbeat() {
        server.vertx.cancelTimer(heartbeat);
        heartbeat = server.vertx.setTimer(server.options.pingInterval.toMillis(), unused -> {
            send(String.valueOf(EngineIo.PING));
            heartbeat = server.vertx.setTimer(server.options.pingTimeout.toMillis(), late -> {
                conversation.violation("HEARTBEAT", "a ping was not answered");
                close(NORMAL, "ping timeout");
            });
        });
    }

    private void packet(SocketIoType type, String content) {
        send(EngineIo.MESSAGE + (type.ordinal() + content));
    }

    private void send(String text) {
        if (socket.isClosed()) {
            return;
        }
        unsentChars += text.length();
        if (unsentChars > MAX_UNSENT_CHARS) {
            close(NORMAL, "the client does not read");
            return;
        }
        // A failed write is followed by the close handler, which is where it is dealt with.
        socket.writeTextMessage(text).onComplete(unused -> unsentChars -= text.length());
    }

    private void close(short status, String reason) {
        closeReason(reason);
        if (!socket.isClosed()) {
            var unused = socket.close(status);
        }
    }

    private void closeReason(String reason) {
        if (closeReason == null) {
            closeReason = reason;
        }
    }
}
