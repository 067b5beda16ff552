package io.livedub.line;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.stream.events.StreamEvent;
import io.livedub.work.Backoff;
import io.livedub.work.SerialExecutor;

/**
 * The end of a stream in a Job of its line to {@code serve}. It is opened again for as long as the stream runs, and the stream waits for it in
 * nothing: sending happens on one event loop, and what cannot be sent is kept within bounds or forgotten.
 */
public final class ParentSocket implements Consumer<StreamEvent>, AutoCloseable {
    private static final int LONGEST_TEXT = 64 << 10;
    private static final int CONNECT_LIMIT_MS = 5_000;
    private static final long BEAT_MS = 1_000;
    private static final int BEATS_A_PING = 5;
    /** After a restart of {@code serve} all Jobs come within this time, at moments of their own. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final long FLUSH_LIMIT_MS = 1_000;

    private final Vertx vertx;
    private final Context loop;
    private final WebSocketClient client;
    private final WebSocketConnectOptions to;
    private final StreamLog log;
    private final JobTalk talk;
    private final AtomicBoolean pumpDue = new AtomicBoolean();
    /** A command may change the stream's outputs, which takes time. */
    private final SerialExecutor ears = SerialExecutor.named("from-parent");

    private final CompletableFuture<Void> flushed = new CompletableFuture<>();
    private final long beat;
    /** All below are of the loop. */
    private WebSocket socket;

    private Future<Void> written = Future.succeededFuture();
    private boolean said;
    private boolean troubleTold;
    private boolean closing;
    private int beats;
    private final Backoff backoff = Backoff.doubling(SHORTEST_PAUSE, LONGEST_PAUSE);

    /** @param url ws:// or wss://, with a host and without a path */
    public ParentSocket(
            Vertx vertx, URI url, String token, StreamId streamId, StreamSettings settings, ParentWords words) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.log = StreamLog.of(streamId);
        this.talk = new JobTalk(settings, words);
        boolean tls = url.getScheme().equals("wss");
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxFrameSize(LONGEST_TEXT)
                .setMaxMessageSize(LONGEST_TEXT)
                .setTryUsePerFrameCompression(false)
                .setTryUsePerMessageCompression(false)
                .setConnectTimeout(CONNECT_LIMIT_MS)
                // Pings are answered.
                .setReadIdleTimeout((int) StreamLine.SILENCE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS));
        this.to = new WebSocketConnectOptions();
        to.setAllowOriginHeader(false)
                .setHost(host(url))
                .setPort(port(url, tls))
                .setSsl(tls)
                .setURI(LineServer.PATH + streamId)
                .setTimeout(CONNECT_LIMIT_MS)
                .putHeader(HttpHeaders.AUTHORIZATION.toString(), Token.header(token));
        this.beat = vertx.setPeriodic(BEAT_MS, tick -> loop.runOnContext(now -> beat()));
        loop.runOnContext(now -> connect());
    }

    /** Not by {@link URI#getHost}, which finds none where the name has an underscore; a Service's name has none, but a test's may. */
    private static String host(URI url) {
        String authority = url.getRawAuthority();
        int colon = authority.lastIndexOf(':');
        String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI url, boolean tls) {
        String authority = url.getRawAuthority();
        int colon = authority.lastIndexOf(':');
        boolean named = colon > authority.lastIndexOf(']');
        return named ? Integer.parseInt(authority.substring(colon + 1)) : tls ? 443 : 80;
    }

    @Override
    public void accept(StreamEvent event) {
        talk.accept(event);
        pumpSoon();
    }

    private void pumpSoon() {
        if (pumpDue.compareAndSet(false, true)) {
            loop.runOnContext(now -> {
                pumpDue.set(false);
                pump();
            });
        }
    }

    private void connect() {
        if (closing) {
            return;
        }
        client.connect(to)
                .onComplete(answer -> loop.runOnContext(now -> {
                    if (answer.succeeded()) {
                        opened(answer.result());
                    } else {
                        lost(why(answer.cause()));
                    }
                }));
    }

    private static String why(Throwable failure) {
        return failure instanceof UpgradeRejectedException refusal && refusal.getStatus() == 401
                ? "serve does not know this Job (any more)"
                : String.valueOf(failure.getMessage());
    }

    private void opened(WebSocket now) {
        socket = now;
        now.textMessageHandler(text -> {
            backoff.succeeded();
            if (!closing) {
                ears.execute(() -> {
                    talk.heard(text);
                    pumpSoon();
                });
            }
        });
        now.drainHandler(drained -> pump());
        now.exceptionHandler(failure -> {});
        now.closeHandler(closed -> {
            if (socket == now) {
                socket = null;
                lost(now.closeReason() == null ? "the connection is gone" : now.closeReason());
            }
        });
        if (now.isClosed()) {
            socket = null;
            lost("the connection is gone");
            return;
        }
        if (troubleTold) {
            troubleTold = false;
            log.info("the line to serve is open again");
        }
        talk.opened();
        pump();
    }

    private void lost(String why) {
        if (closing) {
            flushed.complete(null);
            return;
        }
        if (!troubleTold) {
            troubleTold = true;
            log.warn(
                    "the line to serve is lost; the stream goes on, and the line is opened again: " + why,
                    "reason",
                    why);
        }
        long pause = backoff.failed().toMillis();
        vertx.setTimer(
                pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1),
                again -> loop.runOnContext(now -> connect()));
    }

    private void pump() {
        while (socket != null && !socket.isClosed() && !socket.writeQueueFull()) {
            String text = talk.next();
            if (text == null) {
                break;
            }
            written = socket.writeTextMessage(text);
            said = true;
        }
        if (closing && (socket == null || talk.isDone())) {
            written.onComplete(done -> flushed.complete(null));
        }
    }

    private void beat() {
        if (socket == null || socket.isClosed()) {
            return;
        }
        if (!said && !socket.writeQueueFull()) {
            var unused = socket.writeTextMessage(JobTalk.ALIVE);
        }
        said = false;
        if (++beats % BEATS_A_PING == 0 && !socket.writeQueueFull()) {
            var unused = socket.writePing(Buffer.buffer("?"));
        }
        long lost = talk.takeLost();
        if (lost > 0) {
            log.warn(
                    lost + " events of the stream never reach serve: the line was away, or slow, for too long",
                    "lost",
                    lost);
        }
        pump();
    }

    /** What was said so far is on its way to {@code serve} when this returns, if {@code serve} reads. */
    @Override
    public void close() {
        vertx.cancelTimer(beat);
        loop.runOnContext(now -> {
            closing = true;
            pump();
        });
        flushed.completeOnTimeout(null, FLUSH_LIMIT_MS, TimeUnit.MILLISECONDS).join();
        ears.close(() -> {});
        var unused = client.close();
    }
}
