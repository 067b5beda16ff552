package io.livedub.echo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A Socket.IO packet that came (protocol revision 5, that is Socket.IO 3 and 4), without its binary attachments.
 *
 * @param namespace {@code /} when the text names none; a query after {@code ?} is cut off
 * @param ackId id under which an answer is asked for or given; null without one
 * @param data payload; null without one
 */
record SocketIoPacket(SocketIoType type, String namespace, String ackId, JsonNode data) {
    /** Type, namespace, its query, acknowledgement id. What follows is the payload. */
    private static final Pattern HEAD = Pattern.compile("([0-6])(?:(/[^,?]*)(?:\\?[^,]*)?,?)?([0-9]{1,15})?");

    /** In the order of their digits. */
    enum SocketIoType {
        CONNECT,
        DISCONNECT,
        EVENT,
        ACK,
        CONNECT_ERROR,
        BINARY_EVENT,
        BINARY_ACK
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
        SocketIoType type = SocketIoType.values()[text.charAt(0) - '0'];
        String namespace = head.group(2) == null ? "/" : head.group(2);
        boolean binary = type == SocketIoType.BINARY_EVENT || type == SocketIoType.BINARY_ACK;
        boolean bare = binary || head.end() == text.length();
        JsonNode data = bare ? null : Json.parse(text.substring(head.end()));
        boolean fits =
                switch (type) {
                    case CONNECT -> data == null || data.isObject();
                    case DISCONNECT -> data == null;
                    case EVENT -> data != null && data.isArray() && data.path(0).isTextual();
                    case ACK -> data != null && data.isArray() && head.group(3) != null;
                    default -> true;
                };
        if (!fits) {
            throw new IllegalArgumentException("payload does not fit a packet of type " + type);
        }
        return new SocketIoPacket(type, namespace, binary ? null : head.group(3), data);
    }
}
