package io.livedub.echo;

import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** The second door: {@code simulate:…} events act on the connection that sends them, and the worker's connection sends none. */
final class ControlApi {
    static final String USAGE =
            """
            echo-sts: a speech-to-speech test server. It answers with what it was sent.

            Socket.IO v4 at /socket.io/ (WebSocket only), namespace /.

            GET  /v1/state       connections, sessions, counts, contract violations, the log of fragments
            GET  /v1/simulation  how the server misbehaves now, with every field that can be set
            PUT  /v1/simulation  {"delay_ms":3000,"backpressure":{"action":"pause"},"never_clear":true}
                                 what is not named is as on the command line
            POST /v1/disconnect  {"stream_id":"test","reason":"…","abort":false}; {} disconnects all
            POST /v1/emit        {"stream_id":"test","event":"…","payload":{}}: says it; without stream_id to all
            POST /v1/reset       the command line's simulation again, and an empty log
            GET  /health         {"status":"UP"}
            """;

    private static final long MAX_BODY_BYTES = 1024 * 1024;
    private static final JsonNode ACCEPTED = Json.object().put("status", "accepted");
    private final EchoServer server;

    ControlApi(EchoServer server) {
        this.server = server;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.get("/").handler(call -> call.response()
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(USAGE));
        router.get("/health")
                .handler(call -> answer(call.response(), 200, Json.object().put("status", "UP")));
        router.get("/v1/state").handler(call -> answer(call.response(), 200, server.state()));
        router.get("/v1/simulation")
                .handler(
                        call -> answer(call.response(), 200, server.simulation().json()));
        BodyHandler body = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
        router.put("/v1/simulation").handler(body).handler(call -> change(call, this::simulate));
        router.post("/v1/disconnect").handler(body).handler(call -> change(call, this::disconnect));
        router.post("/v1/emit").handler(body).handler(call -> change(call, this::emit));
        router.post("/v1/reset").handler(call -> {
            server.reset();
            answer(call.response(), 200, server.simulation().json());
        });
        router.errorHandler(404, call -> problem(call, "nothing at " + EchoText.shortened(call.normalizedPath())));
        router.errorHandler(
                405, call -> problem(call, "not with " + call.request().method()));
        router.errorHandler(413, call -> problem(call, EchoText.of("at most %d bytes", MAX_BODY_BYTES)));
        return router;
    }

    private JsonNode simulate(JsonNode body) {
        server.simulate(server.baseSimulation().with(body));
        return server.simulation().json();
    }

    private JsonNode disconnect(JsonNode body) {
        StrictFields fields = StrictFields.of(body, "the body");
        String streamId = fields.text("stream_id", null);
        String reason = EchoText.shortened(fields.text("reason", "simulated"));
        boolean abort = fields.flag("abort", false);
        fields.refuseUnknown();
        if (abort) {
            server.abort(streamId, reason);
        } else {
            server.disconnect(streamId, reason);
        }
        return ACCEPTED;
    }

    private JsonNode emit(JsonNode body) {
        StrictFields fields = StrictFields.of(body, "the body");
        String streamId = fields.text("stream_id", null);
        String event = fields.text("event");
        JsonNode payload = fields.raw("payload");
        fields.refuseUnknown();
        server.emit(streamId, event, payload.isMissingNode() ? Json.object() : payload);
        return ACCEPTED;
    }

    /** @param change throws an IllegalArgumentException when the body is wrong; its message is the answer */
    private static void change(RoutingContext call, UnaryOperator<JsonNode> change) {
        String body = call.body().isEmpty() ? "" : call.body().asString();
        try {
            answer(call.response(), 200, change.apply(body.isBlank() ? Json.object() : Json.parse(body)));
        } catch (IllegalArgumentException e) {
            answer(call.response(), 400, Json.object().put("message", EchoText.shortened(e.getMessage())));
        }
    }

    private static void problem(RoutingContext call, String message) {
        answer(call.response(), call.statusCode(), Json.object().put("message", message));
    }

    static void answer(HttpServerResponse response, int status, JsonNode json) {
        // A failed write means that the client has gone: nobody is left to tell.
        var unused = response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json.toPrettyString() + "\n");
    }
}
