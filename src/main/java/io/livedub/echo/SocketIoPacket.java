package io.livedub.echo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A Socket.IO packet (protocol revision 5, that is Socket.IO 3 and 4) without its binary attachments.
 *
 * @param namespace {@code /} when the text names none; a query after {@code ?} is cut off
 * @param ackId id under which an answer is asked for or given; {@link #NO_ACK} without one
 * @param data payload; null without one
 */
record SocketIoPacket(Type type, String namespace, long ackId, JsonNode data) {
    static final long NO_ACK = -1;
    /** Type, namespace, its query, acknowledgement id. What follows is the payload. */
    private static final Pattern HEAD = Pattern.compile("([0-6])(?:(/[^,?]*)(?:\\?[^,]*)?,?)?([0-9]{1,15})?");

    /** In the order of their digits. */
    enum Type {
        CONNECT,
        DISCONNECT,
        EVENT,
        ACK,
        CONNECT_ERROR,
        BINARY_EVENT,
        BINARY_ACK
    }

    static SocketIoPacket connect(String sid) {
        return new SocketIoPacket(Type.CONNECT, "/", NO_ACK, Json.object().put("sid", sid));
    }

    static SocketIoPacket connectError(String namespace, String message) {
        return new SocketIoPacket(
                Type.CONNECT_ERROR, namespace, NO_ACK, Json.object().put("message", message));
    }

    static SocketIoPacket disconnect() {
        return new SocketIoPacket(Type.DISCONNECT, "/", NO_ACK, null);
    }

    static SocketIoPacket event(String name, JsonNode payload) {
        return new SocketIoPacket(
                Type.EVENT, "/", NO_ACK, Json.array().add(name).add(payload));
    }

    static SocketIoPacket ack(long id) {
        return new SocketIoPacket(Type.ACK, "/", id, Json.array());
    }

    boolean binary() {
        return type == Type.BINARY_EVENT || type == Type.BINARY_ACK;
    }

    String encode() {
        return type.ordinal()
                + ("/".equals(namespace) ? "" : namespace + ",")
                + (ackId == NO_ACK ? "" : ackId)
                + (data == null ? "" : data);
    }

    /**
     * Reads what follows the Engine.IO type of a message. The data of a binary packet, which has placeholders in place of its parts, is not read.
     *
     * @throws IllegalArgumentException when it is not a packet, or its payload does not fit its type
     */
    static SocketIoPacket parse(String text) {
        Matcher head = HEAD.matcher(text);
        if (!head.lookingAt()) {
            throw new IllegalArgumentException(
                    "unknown packet type " + (text.isEmpty() ? "(none)" : Character.toString(text.codePointAt(0))));
        }
        Type type = Type.values()[head.group(1).charAt(0) - '0'];
        if (type == Type.BINARY_EVENT || type == Type.BINARY_ACK) {
            return new SocketIoPacket(type, "/", NO_ACK, null);
        }
        String namespace = head.group(2) == null ? "/" : head.group(2);
        long ackId = head.group(3) == null ? NO_ACK : Long.parseLong(head.group(3));
        JsonNode data = head.end() == text.length() ? null : Json.parse(text.substring(head.end()));
        boolean fits =
                switch (type) {
                    case CONNECT -> data == null || data.isObject();
                    case DISCONNECT -> data == null;
                    case EVENT -> data != null && data.isArray() && data.path(0).isTextual();
                    case ACK -> data != null && data.isArray() && ackId != NO_ACK;
                    default -> true;
                };
        if (!fits) {
            throw new IllegalArgumentException("payload does not fit a packet of type " + type);
        }
        return new SocketIoPacket(type, namespace, ackId, data);
    }
}
