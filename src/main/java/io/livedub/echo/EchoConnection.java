package io.livedub.echo;

import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.WebSocketInternal;

/** One WebSocket with its Engine.IO heartbeat and Socket.IO framing. All on the event loop. */
final class EchoConnection {
    /** A client that joins no namespace in this time is disconnected, as by the reference server. */
    private static final long CONNECT_TIMEOUT_MS = 45_000;

    /** Results for a client that sends and does not read; four of the largest messages. */
    private static final long MAX_UNSENT_CHARS = 4L * EngineIo.MAX_FRAME_BYTES;

    private static final short NORMAL = 1000;
    private static final short PROTOCOL_ERROR = 1002;
    private static final long NO_TIMER = -1;

    private final ServerWebSocket socket;
    private final EchoContext context;
    private final String sid = UUID.randomUUID().toString();
    private final Conversation conversation;
    private long heartbeat = NO_TIMER;
    private long connectTimer = NO_TIMER;
    private long unsentChars;
    private boolean joined;
    private String closeReason;

    EchoConnection(ServerWebSocket socket, EchoContext context) {
        this.socket = socket;
        this.context = context;
        this.conversation = new Conversation(context, this, socket.headers());
    }

    Conversation conversation() {
        return conversation;
    }

    void open(Runnable onClose) {
        socket.textMessageHandler(this::received);
        socket.binaryMessageHandler(
                unused -> refuse("BINARY_ATTACHMENT", "a binary frame came; audio is base64 text in this protocol"));
        socket.exceptionHandler(problem -> closeReason("transport: " + problem.getMessage()));
        socket.closeHandler(unused -> {
            cancel(heartbeat);
            cancel(connectTimer);
            conversation.closed(closeReason == null ? "closed by the client" : closeReason);
            onClose.run();
        });
        send(EngineIo.open(sid, context.options().pingInterval, context.options().pingTimeout));
        connectTimer = context.vertx()
                .setTimer(CONNECT_TIMEOUT_MS, unused -> close(PROTOCOL_ERROR, "no namespace was joined"));
        scheduleHeartbeat();
    }

    public void emit(String event, JsonNode payload) {
        send(SocketIoPacket.event(event, payload));
    }

    public void disconnect(String reason) {
        send(SocketIoPacket.disconnect());
        close(NORMAL, reason);
    }

    /** Optional fields that have no value are explicit nulls, as real servers send them. */
    void emitError(String streamId, String fragmentId, EchoFailure failure, String stage) {
        ObjectNode error = Json.object()
                .put("error_id", UUID.randomUUID().toString())
                .put("stream_id", streamId)
                .put("fragment_id", fragmentId)
                .put("code", failure.code())
                .put("message", failure.message())
                .put("severity", "error")
                .put("retryable", failure.retryable());
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
        if (packet.binary()) {
            refuse("BINARY_ATTACHMENT", "a packet with attachments came; audio is base64 text in this protocol");
            return;
        }
        switch (packet.type()) {
            case CONNECT -> join(packet.namespace());
            case DISCONNECT -> close(NORMAL, "disconnected by the client");
            case EVENT -> event(packet, text.length());
            default -> conversation.violation("FRAMING", "unexpected packet of type " + packet.type());
        }
    }

    private void join(String namespace) {
        if (!"/".equals(namespace)) {
            send(SocketIoPacket.connectError(namespace, "Invalid namespace"));
            return;
        }
        cancel(connectTimer);
        joined = true;
        send(SocketIoPacket.connect(UUID.randomUUID().toString()));
    }

    private void event(SocketIoPacket packet, int chars) {
        if (!joined) {
            refuse("FRAMING", "an event came before the namespace was joined");
            return;
        }
        if (packet.ackId() != SocketIoPacket.NO_ACK) {
            conversation.violation("ACK_CALLBACK", "an acknowledgement was asked for; replies are events of their own");
            send(SocketIoPacket.ack(packet.ackId()));
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
        cancel(heartbeat);
        heartbeat = context.vertx().setTimer(context.options().pingInterval.toMillis(), unused -> {
            send(String.valueOf(EngineIo.PING));
            heartbeat = context.vertx().setTimer(context.options().pingTimeout.toMillis(), late -> {
                conversation.violation("HEARTBEAT", "a ping was not answered");
                close(NORMAL, "ping timeout");
            });
        });
    }

    private void cancel(long timer) {
        if (timer != NO_TIMER) {
            context.vertx().cancelTimer(timer);
        }
    }

    private void send(SocketIoPacket packet) {
        send(EngineIo.MESSAGE + packet.encode());
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
