package io.livedub.sts.socketio;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * The text of Engine.IO 4 and Socket.IO 4 packets, as far as the protocol needs it: one namespace, no attachments, no acknowledgement callbacks.
 *
 * <p>Written here because the Java client parses and encodes the messages of all its connections on one static thread, with a JSON library that
 * recurses and takes numbers of any length: one service could stop the dubs of every stream. The length of a text is checked before it comes here.
 */
final class Packets {
    static final char OPEN = '0';
    static final char CLOSE = '1';
    static final char PING = '2';
    static final char MESSAGE = '4';
    static final char CONNECT = '0';
    static final char DISCONNECT = '1';
    static final char EVENT = '2';
    static final char CONNECT_ERROR = '4';

    private static final JsonFactory JSON = Limits.json();

    private static final long LONGEST_HEARTBEAT_MS = 600_000;
    /** Objects in objects that are read; the protocol has three. */
    private static final int DEEPEST_READ = 8;

    /** The server's opening values; 0 for a value that it does not send. */
    record Open(long pingIntervalMs, long pingTimeoutMs, long maxPayload) {
        /** How long a server that works is silent at most; empty when it does not say that. */
        OptionalLong heartbeatMs() {
            return pingIntervalMs == 0 || pingTimeoutMs == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.min(
                            LONGEST_HEARTBEAT_MS,
                            Math.min(LONGEST_HEARTBEAT_MS, pingIntervalMs)
                                    + Math.min(LONGEST_HEARTBEAT_MS, pingTimeoutMs)));
        }
    }

    /** @param payload the first argument as plain values, its lists empty; null without one */
    record PacketEvent(String name, Object payload) {}

    private Packets() {}

    /** @throws IOException when it is not such a packet */
    static Open open(String packet) throws IOException {
        Object read = read(packet, 1);
        Map<?, ?> said = read instanceof Map<?, ?> map ? map : Map.of();
        return new Open(number(said, "pingInterval"), number(said, "pingTimeout"), number(said, "maxPayload"));
    }

    private static long number(Map<?, ?> said, String name) {
        return said.get(name) instanceof Number number ? Math.max(0, number.longValue()) : 0;
    }

    /**
     * An event's packet ({@code 42…}).
     *
     * @throws IOException when it is not an event of the namespace {@code /}, or not within bounds
     */
    static PacketEvent event(String packet) throws IOException {
        // Socket.IO leaves the main namespace out; some servers write it all the same.
        int at = packet.startsWith("/,", 2) ? 4 : 2;
        int id = at;
        while (at < packet.length() && packet.charAt(at) >= '0' && packet.charAt(at) <= '9') {
            at++;
        }
        if (at - id > 18) {
            throw new IOException("its id has " + (at - id) + " digits");
        }
        if (at < packet.length() && packet.charAt(at) == '/') {
            throw new IOException("it is of another namespace");
        }
        try (JsonParser json = parser(packet, at)) {
            if (json.nextToken() != JsonToken.START_ARRAY || json.nextToken() != JsonToken.VALUE_STRING) {
                throw new IOException("it is not a list that begins with a name");
            }
            String name = json.getText();
            Object payload = json.nextToken() == JsonToken.END_ARRAY ? null : value(json, 0);
            while (json.currentToken() != JsonToken.END_ARRAY && json.nextToken() != JsonToken.END_ARRAY) {
                json.skipChildren();
            }
            return new PacketEvent(name, payload);
        }
    }

    /**
     * A packet that is no event: {@code 40…}, {@code 41…}, {@code 44…}.
     *
     * @throws IOException when it is too long, or of another namespace than {@code /}
     */
    static void checkControl(String packet) throws IOException {
        if (packet.length() > Limits.CONTROL_CHARS) {
            throw new IOException("a packet of " + packet.length() + " characters");
        }
        if (packet.startsWith("/", 2) && packet.length() > 3 && packet.charAt(3) != ',') {
            throw new IOException("it is of another namespace");
        }
    }

    /** What is wrong with a packet of another type: the writer of a service reads it in the worker's log. */
    static String unusedType(char type) {
        return switch (type) {
            case '3', '6' -> "an answer to a callback, which the worker never asks for";
            case '5' -> "an event with binary attachments; sound must be base64 text inside the JSON";
            default -> "a packet of a type that the protocol does not use";
        };
    }

    /** The error text of a {@code 44…} packet, and what a service says beside it (`data`); never fails. */
    static String error(String packet) {
        try {
            Object read = read(packet, 2);
            if (!(read instanceof Map<?, ?> map)) {
                return Limits.line(String.valueOf(read));
            }
            Object data = map.get("data");
            return Limits.line(map.get("message") + (data == null ? "" : " " + data));
        } catch (IOException notJson) {
            return "refused";
        }
    }

    static String event(String name, Map<String, Object> payload) {
        try {
            StringWriter text = new StringWriter();
            text.append(MESSAGE).append(EVENT);
            try (JsonGenerator json = JSON.createGenerator(text)) {
                json.writeStartArray();
                json.writeString(name);
                write(json, payload);
                json.writeEndArray();
            }
            return text.toString();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void write(JsonGenerator json, Map<?, ?> values) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            json.writeFieldName((String) entry.getKey());
            Object value = entry.getValue();
            if (value instanceof Map<?, ?> map) {
                write(json, map);
            } else if (value instanceof Integer || value instanceof Long) {
                json.writeNumber(((Number) value).longValue());
            } else if (value instanceof Boolean flag) {
                json.writeBoolean(flag);
            } else if (value == null) {
                json.writeNull();
            } else {
                json.writeString(value.toString());
            }
        }
        json.writeEndObject();
    }

    private static Object read(String packet, int from) throws IOException {
        if (from >= packet.length()) {
            return null;
        }
        try (JsonParser json = parser(packet, from)) {
            json.nextToken();
            return value(json, 0);
        }
    }

    private static JsonParser parser(String packet, int from) throws IOException {
        StringReader text = new StringReader(packet);
        text.skip(from);
        return JSON.createParser(text);
    }

    /**
     * Services may add fields of their own, for example the time of every word. The protocol has objects in objects and no lists, so lists and what
     * is nested deeply are passed over: they cost neither memory nor the result that they are in.
     */
    private static Object value(JsonParser json, int depth) throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IOException("it ends too early");
        }
        return switch (token) {
            case START_OBJECT -> depth < DEEPEST_READ ? object(json, depth) : passedOver(json, Map.of());
            case START_ARRAY -> passedOver(json, List.of());
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) json.getDoubleValue()
                        : (Object) small(json.getLongValue());
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Object object(JsonParser json, int depth) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            map.put(name, value(json, depth + 1));
        }
        return map;
    }

    private static Object passedOver(JsonParser json, Object empty) throws IOException {
        json.skipChildren();
        return empty;
    }

    private static Number small(long number) {
        if (number == (int) number) {
            return (int) number;
        }
        return number;
    }
}
