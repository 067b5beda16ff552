package io.livedub.sts.socketio;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.thread.EventThread;
import okhttp3.OkHttpClient;
import org.jboss.logging.Logger;
import org.json.JSONArray;
import org.json.JSONObject;

import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;

/**
 * One connection. Two threads of its own: what arrives is handled on one (off the client library's single event thread, which all
 * streams share), what leaves is sent on the other, one message at a time: the next one when the last has left the socket.
 * (Messages of about 1 MB sent side by side fill OkHttp's 16 MiB queue, and OkHttp then closes the socket.)
 */
final class SocketIoConnection implements StsTransport.Connection {
    /** Wire bytes of one message: 14 MiB of base64 and the fields around it. */
    private static final long MAX_MESSAGE_BYTES = 15L * 1024 * 1024;

    private static final int ARRIVED_AT_MOST = 64;
    private static final int LEAVING_AT_MOST = 256;
    /** A message that has not left after this long: the server no longer reads. */
    private static final long SEND_STALL_MS = 10_000;

    private static final long CLOSE_MS = 1_000;

    private static final Logger LOG = Logger.getLogger(SocketIoTransport.class);

    private final String secret;
    private final StsTransport.Listener listener;
    private final OkHttpClient http;
    private final Wire wire;
    private final Socket socket;
    private final Line arriving;
    private final Line leaving;
    private final AtomicReference<Life> life = new AtomicReference<>(Life.GOING_ON);

    private enum Life {
        GOING_ON,
        /** What arrived before is still told, what was to be sent is not sent. */
        LOST,
        /** What was to be sent is still sent, what arrives is not told. */
        CLOSED_BY_US
    }

    SocketIoConnection(StsSettings settings, StsTransport.Listener listener) {
        this.listener = listener;
        secret = settings.apiKey();
        http = Http.client(MAX_MESSAGE_BYTES);
        wire = new Wire(http, (LimitedSockets) http.socketFactory());
        arriving = new Line("sts-in-" + settings.streamId(), ARRIVED_AT_MOST);
        leaving = new Line("sts-out-" + settings.streamId(), LEAVING_AT_MOST);
        socket = new Manager(UnderscoreHost.forLibrary(settings.serviceUrl()), options(settings)).socket("/");
    }

    private Manager.Options options(StsSettings settings) {
        Manager.Options options = new Manager.Options();
        options.path = "/socket.io/";
        options.transports = new String[] {"websocket"};
        options.upgrade = false;
        options.reconnection = false;
        options.timeout = Http.CONNECT_TIMEOUT.toMillis();
        options.callFactory = http;
        options.webSocketFactory = UnderscoreHost.connecting(settings.serviceUrl(), wire);
        options.extraHeaders = new TreeMap<>();
        options.extraHeaders.put("X-Stream-ID", List.of(settings.streamId()));
        options.extraHeaders.put("X-Worker-ID", List.of(settings.workerId()));
        if (secret != null) {
            options.extraHeaders.put("Authorization", List.of("Bearer " + secret));
        }
        return options;
    }

    void open() {
        socket.on(Socket.EVENT_CONNECT, nothing -> arrived(listener::connected));
        socket.on(Socket.EVENT_CONNECT_ERROR, cause -> gone("cannot connect: " + text(cause)));
        socket.on(Socket.EVENT_DISCONNECT, cause -> gone("disconnected: " + text(cause)));
        socket.onAnyIncoming(event -> arrived(() -> event(event)));
        socket.connect();
    }

    private void event(Object[] event) {
        if (life.get() != Life.CLOSED_BY_US) {
            listener.event(String.valueOf(event[0]), event.length > 1 ? plain(event[1]) : null);
        }
    }

    // Beyond the bound it is dropped: 64 unread events are far more than an honest service sends, and waiting here
    // would stop the
    // library's thread and with it every other stream.
    private void arrived(Runnable task) {
        if (!arriving.offer(task)) {
            LOG.debugf("an event was dropped: %s", life.get());
        }
    }

    private static Object plain(Object json) {
        if (json instanceof JSONObject object) {
            return object.toMap();
        }
        return json instanceof JSONArray array ? array.toList() : json;
    }

    private void gone(String reason) {
        if (life.compareAndSet(Life.GOING_ON, Life.LOST)) {
            arriving.last(() -> listener.closed(redact(reason)));
            leaving.last(this::release);
        }
    }

    @Override
    public void send(String event, Map<String, Object> payload) {
        if (!leaving.offer(() -> emit(event, payload))) {
            gone("more than %d messages wait to be sent".formatted(LEAVING_AT_MOST));
        }
    }

    private void emit(String event, Map<String, Object> payload) {
        if (life.get() == Life.LOST) {
            return;
        }
        try {
            socket.emit(event, new JSONObject(payload));
            if (!flushed(SEND_STALL_MS)) {
                gone("the server no longer reads");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until the library has passed on what it has and the socket has sent it. Twice around the event thread: a message
     * may wait there for the turn after the heartbeat's answer. The socket's queue can only be asked, not waited for.
     */
    private boolean flushed(long millis) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        CountDownLatch passedOn = new CountDownLatch(1);
        EventThread.nextTick(() -> EventThread.nextTick(passedOn::countDown));
        if (!passedOn.await(millis, TimeUnit.MILLISECONDS)) {
            return false;
        }
        while (wire.queued() > 0 && !wire.isGone()) {
            if (System.nanoTime() - untilNs > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    @Override
    public void close() {
        if (life.compareAndSet(Life.GOING_ON, Life.CLOSED_BY_US)) {
            arriving.last(() -> {});
            leaving.last(this::release);
        }
    }

    /** Closes in good order, then by force, and ends all threads. */
    private void release() {
        try {
            socket.off();
            socket.offAnyIncoming();
            socket.close();
            flushed(CLOSE_MS);
            wire.awaitGone(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            wire.cancel();
            Http.release(http);
        }
    }

    private String redact(String text) {
        return secret == null ? text : text.replace(secret, "***");
    }

    /** The reason in a few words; the library wraps the one that says something. */
    private static String text(Object[] cause) {
        Object first = cause.length == 0 ? "unknown" : cause[0];
        if (!(first instanceof Throwable failure)) {
            return String.valueOf(first);
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
