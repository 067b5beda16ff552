package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * A Socket.IO packet (protocol revision 5, that is Socket.IO 3 and 4) without its binary attachments.
 *
 * @param type what it is
 * @param namespace {@code /} when the text names none; a query after {@code ?} is cut off
 * @param ackId id under which an answer is asked for or given; {@link #NO_ACK} without one
 * @param data payload; null without one
 */
record SocketIoPacket(Type type, String namespace, long ackId, JsonNode data) {
    static final long NO_ACK = -1;
    private static final int MAX_ACK_DIGITS = 15;

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
        ArrayNode data = Json.array().add(name).add(payload);
        return new SocketIoPacket(Type.EVENT, "/", NO_ACK, data);
    }

    static SocketIoPacket ack(long id) {
        return new SocketIoPacket(Type.ACK, "/", id, Json.array());
    }

    boolean binary() {
        return type == Type.BINARY_EVENT || type == Type.BINARY_ACK;
    }

    String encode() {
        StringBuilder text = new StringBuilder().append(type.ordinal());
        if (!"/".equals(namespace)) {
            text.append(namespace).append(',');
        }
        if (ackId != NO_ACK) {
            text.append(ackId);
        }
        if (data != null) {
            text.append(data);
        }
        return text.toString();
    }

    /**
     * Reads what follows the Engine.IO type of a message. The data of a binary packet, which has placeholders in place of its parts, is not read.
     *
     * @throws IllegalArgumentException when it is not a packet, or its payload does not fit its type
     */
    static SocketIoPacket parse(String text) {
        int digit = text.isEmpty() ? -1 : text.charAt(0) - '0';
        if (digit < 0 || digit >= Type.values().length) {
            throw new IllegalArgumentException("unknown packet type "
                    + text.codePoints()
                            .limit(1)
                            .mapToObj(Character::toString)
                            .findFirst()
                            .orElse("(none)"));
        }
        Type type = Type.values()[digit];
        int at = 1;
        if (type == Type.BINARY_EVENT || type == Type.BINARY_ACK) {
            return new SocketIoPacket(type, "/", NO_ACK, null);
        }
        String namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            namespace = text.substring(at, end).split("\\?", 2)[0];
            at = Math.min(text.length(), end + 1);
        }
        int digits = at;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits - at > MAX_ACK_DIGITS) {
            throw new IllegalArgumentException("acknowledgement id of " + (digits - at) + " digits");
        }
        long ackId = digits == at ? NO_ACK : Long.parseLong(text.substring(at, digits));
        JsonNode data = digits == text.length() ? null : Json.parse(text.substring(digits));
        requirePayload(type, ackId, data);
        return new SocketIoPacket(type, namespace, ackId, data);
    }

    private static void requirePayload(Type type, long ackId, JsonNode data) {
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
    }
}
