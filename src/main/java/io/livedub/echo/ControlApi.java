package io.livedub.echo;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** The second door: {@code simulate:…} events act on the connection that sends them, and the worker's connection sends none. */
final class ControlApi {
    static final String USAGE =
            """
            echo-sts: a speech-to-speech test server. It answers with what it was sent.

            Socket.IO v4 at /socket.io/ (WebSocket only), namespace /.

            GET  /v1/state       connections, sessions, counts, contract violations, the log of fragments
            GET  /v1/simulation  how the server misbehaves now
            PUT  /v1/simulation  {"delay_ms":3000,"jitter_ms":500,"drop":false,"rules":[],"backpressure":{"action":"pause"},
                                  "never_clear":false,"refuse":false,"no_ready":false,"no_complete":false,"max_inflight":null,
                                  "gaps_block":false,"capabilities_list":false,
                                  "outcome":"success|partial|partial_error|partial_silent|failed|error",
                                  "failure":{"error_code":"MODEL_ERROR"},
                                  "audio":"none|missing|empty|not_base64|garbage|wrong_label","stretch":1.2,"audio_bytes":0}
                                 what is not named is as on the command line
            POST /v1/disconnect  {"stream_id":"test","reason":"…","abort":false}; {} disconnects all
            POST /v1/emit        {"stream_id":"test","event":"…","payload":{}}: says it; without stream_id to all
            POST /v1/reset       the command line's simulation again, and an empty log
            GET  /health         {"status":"UP"}
            """;

    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private final EchoServer server;

    ControlApi(EchoServer server) {
        this.server = server;
    }

    void handle(HttpServerRequest request) {
        String path = request.path();
        HttpMethod method = request.method();
        boolean get = method.equals(HttpMethod.GET);
        switch (path) {
            case "/" -> only(get, request, () -> text(request, 200, "text/plain; charset=utf-8", USAGE));
            case "/health" ->
                only(get, request, () -> answer(request, 200, Json.object().put("status", "UP")));
            case "/v1/state" -> only(get, request, () -> answer(request, 200, server.state()));
            case "/v1/simulation" -> {
                if (get) {
                    answer(request, 200, server.simulation().toJson());
                } else {
                    only(method.equals(HttpMethod.PUT), request, () -> body(request, this::simulate));
                }
            }
            case "/v1/disconnect" ->
                only(method.equals(HttpMethod.POST), request, () -> body(request, this::disconnect));
            case "/v1/emit" -> only(method.equals(HttpMethod.POST), request, () -> body(request, this::emit));
            case "/v1/reset" ->
                only(method.equals(HttpMethod.POST), request, () -> {
                    server.reset();
                    answer(request, 200, server.simulation().toJson());
                });
            default -> problem(request, 404, "nothing at " + Conversation.shortened(path));
        }
    }

    private JsonNode simulate(JsonNode body) {
        server.simulate(server.baseSimulation().with(body));
        return server.simulation().toJson();
    }

    private JsonNode disconnect(JsonNode body) {
        StrictFields fields = StrictFields.of(body, "the body");
        String streamId = fields.text("stream_id", null);
        String reason = Conversation.shortened(fields.text("reason", "simulated"));
        boolean abort = fields.flag("abort", false);
        requireKnown(fields);
        if (abort) {
            server.abort(streamId, reason);
        } else {
            server.disconnect(streamId, reason);
        }
        return Json.object().put("status", "accepted");
    }

    private JsonNode emit(JsonNode body) {
        StrictFields fields = StrictFields.of(body, "the body");
        String streamId = fields.text("stream_id", null);
        String event = fields.text("event");
        JsonNode payload = fields.raw("payload");
        requireKnown(fields);
        server.emit(streamId, event, payload.isMissingNode() ? Json.object() : payload);
        return Json.object().put("status", "accepted");
    }

    private static void requireKnown(StrictFields fields) {
        if (!fields.unknown().isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown field " + fields.unknown().get(0));
        }
    }

    private interface ControlAction {
        /**
         * @throws IllegalArgumentException when the body is wrong; the message is the answer
         */
        JsonNode run(JsonNode body);
    }

    private static void body(HttpServerRequest request, ControlAction action) {
        // Collected by hand: a body handler would take a body of any length into memory.
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(part);
            }
        });
        request.endHandler(unused -> {
            if (body.length() > MAX_BODY_BYTES) {
                problem(request, 413, String.format(Locale.ROOT, "at most %d bytes", MAX_BODY_BYTES));
                return;
            }
            try {
                String text = body.toString();
                answer(request, 200, action.run(text.isBlank() ? Json.object() : Json.parse(text)));
            } catch (IllegalArgumentException e) {
                problem(request, 400, Conversation.shortened(e.getMessage()));
            }
        });
    }

    private static void only(boolean allowed, HttpServerRequest request, Runnable action) {
        if (allowed) {
            action.run();
        } else {
            problem(request, 405, "not with " + request.method());
        }
    }

    private static void problem(HttpServerRequest request, int status, String message) {
        answer(request, status, Json.object().put("message", message));
    }

    static void answer(HttpServerRequest request, int status, JsonNode json) {
        text(request, status, "application/json", Json.pretty(json) + "\n");
    }

    static void answer(HttpServerRequest request, int status, String json) {
        text(request, status, "application/json", json);
    }

    private static void text(HttpServerRequest request, int status, String type, String body) {
        // A failed write means that the client has gone: nobody is left to tell.
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .end(body);
    }
}
