package io.livedub.echo;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

import io.livedub.echo.Journal.JournalList;
import io.livedub.media.MediaEngine;

/**
 * A speech-to-speech server that answers with what it was sent, and judges how it was sent: {@code docs/echo-sts.md}.
 *
 * <p>A plain class with its own event loop, so that tests run it in their own process. Methods may be called from any thread but the server's own.
 */
public final class EchoServer implements AutoCloseable {
    private static final long PATIENCE_S = 10;

    final EchoOptions options;
    final Journal journal = new Journal();
    final VoiceMaker voice;
    final Director director;
    final Vertx vertx;
    private final Simulation base;
    private final Set<EchoConnection> connections = ConcurrentHashMap.newKeySet();
    private final Context loop;
    private final AtomicBoolean closed = new AtomicBoolean();
    private HttpServer server;

    /** Without a codec: answers with the same bytes, and with a tone where length or format have to change. */
    public EchoServer(EchoOptions options) {
        this(options, null);
    }

    /**
     * @param engine gives the codec, which is made when sound has to be changed; null when there is no codec
     * @throws IllegalArgumentException with the name of an option that is wrong, or that needs a codec which is missing
     */
    public EchoServer(EchoOptions options, MediaEngine engine) {
        this.options = options;
        base = options.simulation();
        director = new Director(base, options.seed);
        voice = new VoiceMaker(options, engine);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setUseDaemonThread(true)
                // Its cache is for serving files from jars, and would need a writable folder.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        // The pool has one event loop: all that is done on a context is done on its thread.
        loop = vertx.getOrCreateContext();
    }

    /**
     * Listens; a server that cannot is closed.
     *
     * @return this
     * @throws IOException when it cannot listen on the address; the message says which and why
     */
    public EchoServer start() throws IOException {
        HttpServerOptions http = new HttpServerOptions()
                .setHost(options.host)
                .setPort(options.port)
                // A client that offers to go on with HTTP/2, as the JDK's does, would be answered in both.
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(EngineIo.MAX_FRAME_BYTES)
                .setMaxWebSocketMessageSize(EngineIo.MAX_FRAME_BYTES)
                // Off in Socket.IO v4 too: base64 of AAC does not shrink, and it costs a CPU.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        Router router = new ControlApi(this).router(vertx);
        server = vertx.createHttpServer(http).requestHandler(request -> {
            // Not by the router: its WebSockets are wrapped, and the connection of a wrapped one cannot be reset.
            if (request.path().startsWith("/socket.io/")) {
                connect(request);
            } else {
                router.handle(request);
            }
        });
        try {
            await(server.listen());
        } catch (IOException e) {
            close();
            String why = EchoText.of("cannot listen on %s:%d: %s", options.host, options.port, e.getMessage());
            throw new IOException(why, e);
        }
        return this;
    }

    /** The port that is listened on. */
    public int port() {
        return server.actualPort();
    }

    /** {@code http://host:port}. */
    public String url() {
        String host = options.host.contains(":") ? "[" + options.host + "]" : options.host;
        return EchoText.of("http://%s:%d", host, port());
    }

    /**
     * Replaces how the server misbehaves by the JSON of {@code PUT /v1/simulation}; a field that it does not name is as in the options. Counts of
     * rules and drops begin again.
     *
     * @throws IllegalArgumentException naming the first wrong field
     */
    public void simulate(String json) {
        simulate(Json.parse(json));
    }

    void simulate(JsonNode changes) {
        director.direct(base.with(changes));
        onConnections(null, connection -> connection.conversation.simulationChanged());
    }

    Simulation simulation() {
        return director.simulation();
    }

    /**
     * Disconnects clients as {@code simulate:disconnect} does.
     *
     * @param streamId only those of this stream; null for all
     */
    public void disconnect(String streamId, String reason) {
        onConnections(streamId, connection -> connection.disconnect(reason));
    }

    /** Like {@link #disconnect}, without a goodbye: resets the TCP connections. */
    public void abort(String streamId, String reason) {
        onConnections(streamId, connection -> connection.abort(reason));
    }

    /**
     * Says anything, of the protocol or not. The server itself takes no notice: a {@code backpressure} said so is never cleared, and nobody is judged by it.
     *
     * @param streamId only to those of this stream; null for all
     */
    public void emit(String streamId, String event, JsonNode payload) {
        onConnections(streamId, connection -> connection.say(event, payload));
    }

    private Future<Void> onConnections(String streamId, Consumer<EchoConnection> action) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(unused -> {
            List.copyOf(connections).stream()
                    .filter(connection -> streamId == null || connection.conversation.carries(streamId))
                    .forEach(action);
            done.complete();
        });
        return done.future();
    }

    /** The simulation of the options again, and an empty journal. Connections stay. */
    public void reset() {
        journal.clear();
        simulate(Json.object());
    }

    /** The last 200, oldest first. An entry has the fields that docs/echo-sts.md names. */
    public List<JsonNode> violations() {
        return journal.list(JournalList.VIOLATIONS);
    }

    /** The last 1000, in the order of their arrival. */
    public List<JsonNode> fragments() {
        return journal.list(JournalList.FRAGMENTS);
    }

    /** The last 100, oldest first. */
    public List<JsonNode> sessions() {
        return journal.list(JournalList.SESSIONS);
    }

    /** The body of {@code GET /v1/state}. */
    public ObjectNode state() {
        ObjectNode state = journal.toJson();
        state.put("connections", connections.size());
        state.set("simulation", simulation().json());
        return state;
    }

    /** Says goodbye to every client and stops; once. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            Consumer<EchoConnection> goodbye = connection -> connection.disconnect("server stopped");
            await(onConnections(null, goodbye).compose(unused -> vertx.close()));
        } catch (IOException e) {
            throw new IllegalStateException("the echo server did not stop: " + e.getMessage(), e);
        }
    }

    private void connect(HttpServerRequest request) {
        JsonNode refusal = EngineIo.refusal(request);
        if (simulation().is("refuse")) {
            journal.count("refused connections");
            ControlApi.answer(request.response(), 503, Json.object().put("message", "refused by simulation"));
        } else if (refusal != null) {
            ControlApi.answer(request.response(), 400, refusal);
        } else {
            request.toWebSocket().onSuccess(socket -> {
                EchoConnection connection = new EchoConnection(this, socket);
                connections.add(connection);
                journal.count("connections");
                connection.open(() -> connections.remove(connection));
            });
        }
    }

    private static void await(Future<?> done) throws IOException {
        try {
            done.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            String why = e.getCause() instanceof TimeoutException
                    ? "no answer in time"
                    : e.getCause().getMessage();
            throw new IOException(why, e.getCause());
        }
    }
}
