package io.livedub.echo;

import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
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

    private static final JsonShape DISCONNECT = new JsonShape("the body")
            .optional("stream_id", null, FieldKind.TEXT)
            .optional("reason", "simulated", FieldKind.TEXT)
            .optional("abort", false, FieldKind.FLAG);
    private static final JsonShape EMIT = new JsonShape("the body")
            .optional("stream_id", null, FieldKind.TEXT)
            .required("event", FieldKind.TEXT)
            .optional("payload", null, FieldKind.ANY);
    private static final long MAX_BODY_BYTES = 1024 * 1024;
    private final EchoServer server;

    ControlApi(EchoServer server) {
        this.server = server;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.get("/").handler(call -> call.response()
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(USAGE));
        router.get("/health").handler(answering(unused -> Json.object().put("status", "UP")));
        router.get("/v1/state").handler(answering(unused -> server.state()));
        router.get("/v1/simulation")
                .handler(answering(unused -> server.simulation().json()));
        BodyHandler bounded = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
        Handler<RoutingContext> body = call -> {
            // curl -d calls everything a form. Read as one, JSON of 1 KiB or with a percent sign is refused.
            call.request().headers().remove("Content-Type");
            bounded.handle(call);
        };
        router.put("/v1/simulation").handler(body).handler(answering(this::simulate));
        router.post("/v1/disconnect").handler(body).handler(answering(this::disconnect));
        router.post("/v1/emit").handler(body).handler(answering(this::emit));
        router.post("/v1/reset").handler(answering(unused -> {
            server.reset();
            return server.simulation().json();
        }));
        router.errorHandler(404, call -> problem(call, "nothing at " + EchoText.shortened(call.normalizedPath())));
        router.errorHandler(
                405, call -> problem(call, "not with " + call.request().method()));
        router.errorHandler(413, call -> problem(call, EchoText.of("at most %d bytes", MAX_BODY_BYTES)));
        return router;
    }

    private JsonNode simulate(JsonNode body) {
        server.simulate(body);
        return server.simulation().json();
    }

    private JsonNode disconnect(JsonNode body) {
        ObjectNode asked = DISCONNECT.readAll("", body);
        String streamId = asked.get("stream_id").textValue();
        String reason = EchoText.shortened(asked.get("reason").textValue());
        if (asked.get("abort").booleanValue()) {
            server.abort(streamId, reason);
        } else {
            server.disconnect(streamId, reason);
        }
        return Json.object().put("status", "accepted");
    }

    private JsonNode emit(JsonNode body) {
        ObjectNode asked = EMIT.readAll("", body);
        JsonNode payload = body.has("payload") ? asked.get("payload") : Json.object();
        server.emit(asked.get("stream_id").textValue(), asked.get("event").textValue(), payload);
        return Json.object().put("status", "accepted");
    }

    /** @param change of the body, {} without one; throws an IllegalArgumentException when it is wrong, whose message is the answer */
    private static Handler<RoutingContext> answering(UnaryOperator<JsonNode> change) {
        return call -> {
            String body = call.body().isEmpty() ? "" : call.body().asString();
            try {
                answer(call.response(), 200, change.apply(body.isBlank() ? Json.object() : Json.parse(body)));
            } catch (IllegalArgumentException e) {
                answer(call.response(), 400, Json.object().put("message", EchoText.shortened(e.getMessage())));
            }
        };
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
