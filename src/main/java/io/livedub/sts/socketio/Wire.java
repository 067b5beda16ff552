package io.livedub.sts.socketio;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.socket.thread.EventThread;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;

/**
 * The WebSocket under the client library, with what the library leaves out: it does not see the server's close frame (only the end
 * of the TCP connection), puts every message into an unbounded queue, and does not tell when what was sent has left.
 */
final class Wire implements WebSocket.Factory {
    /** Messages read and not yet taken by the library; beyond that the socket is not read, and TCP slows the server down. */
    private static final int UNTAKEN_MESSAGES = 16;

    private final OkHttpClient client;
    private final LimitedSockets limit;
    private final Semaphore untaken = new Semaphore(UNTAKEN_MESSAGES);
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile WebSocket socket;

    Wire(OkHttpClient client, LimitedSockets limit) {
        this.client = client;
        this.limit = limit;
    }

    @Override
    public WebSocket newWebSocket(Request request, WebSocketListener library) {
        WebSocket opened = client.newWebSocket(request, new Listener(library));
        socket = opened;
        return opened;
    }

    /** Bytes given to the socket and not yet to the network. */
    long queued() {
        WebSocket current = socket;
        return current == null ? 0 : current.queueSize();
    }

    boolean awaitGone(long millis) throws InterruptedException {
        return gone.await(millis, TimeUnit.MILLISECONDS);
    }

    boolean isGone() {
        return gone.getCount() == 0;
    }

    /** Breaks the connection; for one that does not close in good order. */
    void cancel() {
        WebSocket current = socket;
        if (current != null) {
            current.cancel();
        }
    }

    private final class Listener extends WebSocketListener {
        private final WebSocketListener library;

        Listener(WebSocketListener library) {
            this.library = library;
        }

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            library.onOpen(webSocket, response);
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            limit.messageSeen();
            slowDown(webSocket);
            library.onMessage(webSocket, text);
            EventThread.nextTick(untaken::release);
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            limit.messageSeen();
            slowDown(webSocket);
            library.onMessage(webSocket, bytes);
            EventThread.nextTick(untaken::release);
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            // Answering is what makes OkHttp report onClosed; without it a server that goes in good order is missed.
            webSocket.close(1000, null);
        }

        @Override
        public void onClosed(WebSocket webSocket, int code, String reason) {
            gone.countDown();
            library.onClosed(webSocket, code, reason);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
            gone.countDown();
            // The library ignores what is not an Exception, and would never tell.
            library.onFailure(
                    webSocket, failure instanceof Exception ? failure : new IllegalStateException(failure), response);
        }

        private void slowDown(WebSocket webSocket) {
            try {
                untaken.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                webSocket.cancel();
            }
        }
    }
}
