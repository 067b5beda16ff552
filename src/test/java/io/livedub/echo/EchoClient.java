package io.livedub.echo;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import io.socket.client.IO;
import io.socket.client.Socket;
import org.awaitility.Awaitility;
import org.json.JSONException;
import org.json.JSONObject;

/** The real Java client, as the worker uses it, keeping everything that arrives. */
final class EchoClient implements AutoCloseable {
    record Event(String name, JsonNode payload) {}

    final List<Event> events = new CopyOnWriteArrayList<>();
    final Socket socket;

    private EchoClient(EchoServer server, String namespace, Map<String, List<String>> headers) {
        IO.Options options = IO.Options.builder()
                .setTransports(new String[] {"websocket"})
                .setUpgrade(false)
                .setReconnection(false)
                .setForceNew(true)
                .setExtraHeaders(headers)
                .build();
        socket = IO.socket(URI.create(server.url() + namespace), options);
        socket.onAnyIncoming(args -> events.add(new Event((String) args[0], Json.parse(String.valueOf(args[1])))));
        socket.on(Socket.EVENT_CONNECT_ERROR, args -> events.add(new Event("connect_error", message(args[0]))));
        socket.on(Socket.EVENT_DISCONNECT, args -> events.add(new Event("disconnect", message(args[0]))));
    }

    private static JsonNode message(Object argument) {
        return Json.object().put("message", String.valueOf(argument));
    }

    static EchoClient to(EchoServer server, String namespace, Map<String, List<String>> headers) {
        EchoClient client = new EchoClient(server, namespace, headers);
        client.socket.connect();
        return client;
    }

    static EchoClient connected(EchoServer server) {
        EchoClient client =
                to(server, "/", Map.of("X-Stream-ID", List.of(Samples.STREAM), "X-Worker-ID", List.of(Samples.WORKER)));
        Awaitility.await().until(client.socket::connected);
        return client;
    }

    /** Connected and past {@code stream:ready}. */
    static EchoClient ready(EchoServer server) {
        EchoClient client = connected(server);
        client.emit("stream:init", Samples.init());
        client.await("stream:ready");
        return client;
    }

    void emit(String event, JsonNode payload) {
        try {
            socket.emit(event, new JSONObject(payload.toString()));
        } catch (JSONException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Sends a proper fragment and returns its id. */
    String send(long sequence) {
        String id = UUID.randomUUID().toString();
        emit("fragment:data", Samples.fragment(id, sequence));
        return id;
    }

    List<JsonNode> all(String name) {
        List<JsonNode> found = new ArrayList<>();
        for (Event event : events) {
            if (event.name().equals(name)) {
                found.add(event.payload());
            }
        }
        return found;
    }

    JsonNode await(String name) {
        return await(name, 1).get(0);
    }

    List<JsonNode> await(String name, int count) {
        Awaitility.await(name).until(() -> all(name).size() >= count);
        return all(name);
    }

    @Override
    public void close() {
        socket.close();
    }
}
