package io.livedub.sts.socketio;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;

/** One WebSocket: hands on texts within bounds, and knows when what was sent has left. OkHttp reads it on a thread of its own. */
final class Wire {
    /** Receives texts on the reading thread. Only {@link #gone} may also come from elsewhere, while the socket is being opened. */
    interface WireReader {
        void text(String packet);

        /** The service ends the connection because a message was too large; {@link #gone} follows. */
        void refusedSize();

        /** Once; nothing follows. */
        void gone(String reason);
    }

    private final LimitedSockets limit;
    private final Inflow inflow = new Inflow(System.nanoTime());
    private final Limits.Dropped dropped;
    private final WireReader reader;
    private final CountDownLatch gone = new CountDownLatch(1);
    private final WebSocket socket;

    Wire(OkHttpClient client, Request request, LimitedSockets limit, Limits.Dropped dropped, WireReader reader) {
        this.limit = limit;
        this.dropped = dropped;
        this.reader = reader;
        socket = client.newWebSocket(request, new SocketListener());
    }

    /** @return false when the socket is closed, or too much waits in it */
    boolean send(String packet) {
        return socket.send(packet);
    }

    /** A fragment goes out, and its answer may be large. */
    void asked() {
        inflow.asked();
    }

    /** Bytes given to the socket and not yet to the network. */
    long queued() {
        return socket.queueSize();
    }

    boolean isGone() {
        return gone.getCount() == 0;
    }

    void close(long millis) throws InterruptedException {
        socket.close(1000, null);
        gone.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Breaks the connection; for one that does not close in good order. */
    void cancel() {
        socket.cancel();
    }

    private void over(String reason) {
        if (gone.getCount() > 0) {
            gone.countDown();
            reader.gone(reason);
        }
    }

    private final class SocketListener extends WebSocketListener {
        private long pingNs = System.nanoTime() - Limits.PINGS_APART_NS;

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            taken(webSocket, text.length(), isPing(text), () -> reader.text(text));
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            taken(webSocket, bytes.size(), false, () -> dropped.one("a binary message", System.nanoTime()));
        }

        private void taken(WebSocket webSocket, int size, boolean ping, Runnable task) {
            limit.messageSeen();
            long nowNs = System.nanoTime();
            switch (inflow.message(size, nowNs)) {
                case TAKE -> task.run();
                case DROP -> tooMany(nowNs, ping, task);
                case DROP_AND_WAIT -> {
                    tooMany(nowNs, ping, task);
                    pause(webSocket, inflow.waitNs(nowNs));
                }
                case END -> {
                    over("the service floods: a message of " + size + " bytes that nothing was sent for");
                    webSocket.cancel();
                }
            }
        }

        /** A ping among too many messages is answered all the same, else the flood would cost the connection seconds after it is over. */
        private void tooMany(long nowNs, boolean ping, Runnable task) {
            if (ping && nowNs - pingNs >= Limits.PINGS_APART_NS) {
                pingNs = nowNs;
                task.run();
                return;
            }
            dropped.one("more than " + Limits.LOOKED_AT_PER_SECOND + " messages a second", nowNs);
        }

        private static boolean isPing(String text) {
            return !text.isEmpty() && text.charAt(0) == Packets.PING;
        }

        // The service is slowed down by TCP; nobody else reads on this thread.
        private void pause(WebSocket webSocket, long ns) {
            try {
                TimeUnit.NANOSECONDS.sleep(ns);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                webSocket.cancel();
            }
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            // Answering is what makes OkHttp report onClosed; without it a server that goes in good order is missed.
            webSocket.close(1000, null);
        }

        @Override
        public void onClosed(WebSocket webSocket, int code, String reason) {
            if (code == EndReason.TOO_LARGE) {
                reader.refusedSize();
            }
            over(EndReason.closed(code, reason));
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
            over(EndReason.text(failure, response));
        }
    }
}
