package io.livedub.line;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import org.jboss.logging.Logger;

import io.livedub.config.ConfigurationException;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;

/**
 * The port to which streams in Jobs connect, {@code /v1/parent/{stream_id}}. A port of its own: it has other callers, other limits and another
 * secret than hooks and API, and a network policy can tell it from them.
 */
public final class LineServer implements AutoCloseable {
    static final String PATH = "/v1/parent/";
    /** An event's texts are cut at 4,000 characters each, of which there are two at most; JSON may take six characters for one. */
    static final int LONGEST_TEXT = 128 << 10;

    /** What a stream has kept for a {@code serve} that was away comes at once; a stream of ten languages says some 30 texts a second. */
    static final int MOST_TEXTS_A_SECOND = 5_000;

    private static final Logger LOG = Logger.getLogger(LineServer.class);
    private static final Pattern LINE = Pattern.compile(Pattern.quote(PATH) + "(" + StreamId.FORM + ")");
    private static final int START_LIMIT_S = 10;
    private static final long REFUSALS_EACH_NS = TimeUnit.MINUTES.toNanos(1);

    private final Function<StreamId, Optional<StreamLine>> lines;
    private final MediaClock clock;
    private final int most;
    private final HttpServer server;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private int refused;
    private long refusalsToldNs;

    /**
     * @param lines by the stream's id; empty for one that runs in no Job
     * @param most connections at the same time
     */
    public LineServer(Vertx vertx, Function<StreamId, Optional<StreamLine>> lines, MediaClock clock, int most) {
        this.lines = lines;
        this.clock = clock;
        this.most = most;
        this.refusalsToldNs = clock.nowNs() - REFUSALS_EACH_NS;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxHeaderSize(4 << 10)
                        .setMaxInitialLineLength(256)
                        .setMaxWebSocketFrameSize(LONGEST_TEXT)
                        .setMaxWebSocketMessageSize(LONGEST_TEXT)
                        // A few bytes can become gigabytes.
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setHttp2ClearTextEnabled(false)
                        // A Job says something each second.
                        .setReadIdleTimeout((int) StreamLine.SILENCE.toSeconds())
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .requestHandler(this::asked);
    }

    /**
     * Listens. Blocks until the port is open.
     *
     * @return the port
     * @throws ConfigurationException when it is taken
     */
    public int start(String host, int port) {
        try {
            return server.listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(START_LIMIT_S, TimeUnit.SECONDS)
                    .join()
                    .actualPort();
        } catch (CompletionException failure) {
            // Without its cause: of a port that is taken the start's own report would name another variable.
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "WORKER_PARENT_PORT='%d' is not valid: allowed is a free port, or 0 for any; %s",
                    port,
                    failure.getCause().getMessage()));
        }
    }

    /** Blocks until the port is closed, and with it every connection. */
    @Override
    public void close() {
        // A server that is closed leaves its WebSockets open.
        open.forEach(connection -> connection.close("serve ends"));
        server.close()
                .toCompletionStage()
                .toCompletableFuture()
                .completeOnTimeout(null, START_LIMIT_S, TimeUnit.SECONDS)
                .join();
    }

    private void asked(HttpServerRequest request) {
        Matcher path = LINE.matcher(request.path() == null ? "" : request.path());
        Optional<StreamLine> line = path.matches() ? lines.apply(new StreamId(path.group(1))) : Optional.empty();
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        // Whether there is such a stream is not told to who may not speak for it.
        if (line.isEmpty() || !line.get().admits(authorization)) {
            refuse(request, 401);
        } else if (open.size() >= most) {
            refuse(request, 503);
        } else if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            refuse(request, 426);
        } else {
            request.toWebSocket()
                    .onSuccess(socket -> begin(socket, line.get()))
                    .onFailure(failure -> LOG.debugf("no WebSocket for a Job: %s", failure));
        }
    }

    private void refuse(HttpServerRequest request, int status) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end()
                .onComplete(sent -> request.connection().close());
        String address = request.remoteAddress() == null
                ? "unknown"
                : request.remoteAddress().hostAddress();
        tellRefusal(status, address);
    }

    private synchronized void tellRefusal(int status, String address) {
        refused++;
        long nowNs = clock.nowNs();
        if (nowNs - refusalsToldNs >= REFUSALS_EACH_NS) {
            LOG.warnf(
                    "%d connections to the port of Jobs were refused, the last one with %d from %s:"
                            + " 401 is a token that is not (or not yet) a running Job's, 503 too many connections",
                    refused, status, address);
            refused = 0;
            refusalsToldNs = nowNs;
        }
    }

    private void begin(ServerWebSocket socket, StreamLine line) {
        Connection connection = new SocketConnection(socket);
        open.add(connection);
        Rate rate = new Rate();
        socket.closeHandler(closed -> {
            open.remove(connection);
            line.closed(connection);
        });
        socket.exceptionHandler(failure -> LOG.debugf("the line of a Job broke: %s", failure));
        socket.binaryMessageHandler(bytes -> connection.close("texts only"));
        socket.textMessageHandler(text -> {
            if (rate.isTooHigh(clock.nowNs())) {
                connection.close("too many texts");
                return;
            }
            try {
                line.heard(connection, text);
            } catch (RuntimeException defect) {
                LOG.error("internal error: what a Job said could not be used", defect);
                connection.close("internal error");
            }
        });
        line.opened(connection);
    }

    /** Texts in this second. Of one event loop. */
    private static final class Rate {
        private long second;
        private int texts;

        boolean isTooHigh(long nowNs) {
            long now = nowNs / TimeUnit.SECONDS.toNanos(1);
            texts = now == second ? texts + 1 : 1;
            second = now;
            return texts > MOST_TEXTS_A_SECOND;
        }
    }
}
