package io.livedub.sts.socketio;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jboss.logging.Logger;

import io.livedub.sts.KeyMask;
import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;
import io.livedub.work.SerialExecutor;

/**
 * One connection, which shares nothing with any other. OkHttp reads and parses on a thread of the connection's own; what arrives is handled on a
 * second one, what leaves is sent on a third, one message at a time: the next one when the last has left the socket. (Messages of about 1 MB sent
 * side by side fill OkHttp's 16 MiB queue, and OkHttp then closes the socket.)
 */
final class SocketIoConnection implements StsTransport.TransportConnection {
    private static final Logger LOG = Logger.getLogger(SocketIoTransport.class);
    /** Far more than fit into {@link Limits#UNTAKEN_CHARS} at {@link #LEAST_ROOM} each. */
    private static final int ARRIVED_AT_MOST = 1024;

    private static final int LEAVING_AT_MOST = 256;
    /** The least that an event counts against the room for events that wait to be taken. */
    private static final int LEAST_ROOM = 64 * 1024;
    /** A message that has not left after this long: the server no longer reads. */
    private static final long SEND_STALL_MS = 10_000;

    private static final long CLOSE_MS = 1_000;
    private static final long LONGEST_POLL_MS = 16;
    /** Engine.IO's own ping interval and timeout, for a server that does not tell its. */
    private static final long HEARTBEAT_MS = 25_000 + 20_000;

    private final KeyMask secret;
    private final StsTransport.TransportListener listener;
    private final Limits.Dropped dropped;
    private final OkHttpClient http;
    private final Request request;
    private final SerialExecutor arriving;
    private final SerialExecutor leaving;
    private final Semaphore room = new Semaphore(Limits.UNTAKEN_CHARS);
    private final AtomicReference<ConnectionLife> life = new AtomicReference<>(ConnectionLife.GOING_ON);
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile Wire wire;
    private boolean handshaken;
    private volatile boolean connected;
    private volatile long maxPayload = Long.MAX_VALUE;
    private volatile long heartbeatMs = HEARTBEAT_MS;
    private volatile long lastPingNs;

    private enum ConnectionLife {
        GOING_ON,
        /** Messages that have arrived are still delivered; messages that wait to be sent are dropped. */
        LOST,
        /** Messages that wait are still sent; messages that arrive are dropped. */
        CLOSED_BY_US
    }

    SocketIoConnection(StsSettings settings, StsTransport.TransportListener listener) {
        this.listener = listener;
        secret = new KeyMask(settings.apiKey());
        dropped = new Limits.Dropped(listener);
        http = Http.client(Limits.MESSAGE_BYTES);
        request = request(settings);
        arriving = SerialExecutor.named("sts-in-" + settings.streamId(), SocketIoConnection::defect);
        leaving = SerialExecutor.named("sts-out-" + settings.streamId(), SocketIoConnection::defect);
    }

    private static Request request(StsSettings settings) {
        Request.Builder request = new Request.Builder()
                .url(address(settings.serviceUrl()) + "/socket.io/?EIO=4&transport=websocket")
                .header("X-Stream-ID", settings.streamId().value())
                .header("X-Worker-ID", settings.workerId());
        if (settings.apiKey() != null) {
            request.header("Authorization", "Bearer " + settings.apiKey());
        }
        return request.build();
    }

    private static String address(URI url) {
        return (List.of("https", "wss").contains(url.getScheme()) ? "https://" : "http://") + url.getRawAuthority();
    }

    void open() {
        wire = new Wire(http, request, (LimitedSockets) http.socketFactory(), dropped, new SocketReader());
        opened.countDown();
    }

    /** Receives the socket's texts on its reading thread. */
    private final class SocketReader implements Wire.WireReader {
        @Override
        public void text(String packet) {
            char type = packet.isEmpty() ? ' ' : packet.charAt(0);
            try {
                if (type != Packets.MESSAGE && packet.length() > Limits.CONTROL_CHARS) {
                    throw new IOException("a packet of " + packet.length() + " characters");
                }
                switch (type) {
                    case Packets.OPEN -> opened(Packets.open(packet));
                    case Packets.PING -> {
                        lastPingNs = System.nanoTime();
                        leave(() -> wire.send("3" + packet.substring(1)));
                    }
                    case Packets.CLOSE -> SocketIoConnection.this.gone("closed by the service");
                    case Packets.MESSAGE -> message(packet);
                    default -> {}
                }
            } catch (IOException | RuntimeException refused) {
                dropped.one("a message: " + refused.getMessage(), System.nanoTime());
            }
        }

        private void message(String packet) throws IOException {
            char type = packet.length() < 2 ? ' ' : packet.charAt(1);
            if (type == Packets.EVENT) {
                event(packet);
                return;
            }
            Packets.checkControl(packet);
            if (type == Packets.CONNECT && !handshaken) {
                SocketIoConnection.this.gone("Socket.IO without an Engine.IO handshake, so without a heartbeat");
            } else if (type == Packets.CONNECT && !connected) {
                connected = true;
                arrived(LEAST_ROOM, listener::connected);
            } else if (type == Packets.DISCONNECT) {
                SocketIoConnection.this.gone("closed by the service");
            } else if (type == Packets.CONNECT_ERROR) {
                SocketIoConnection.this.gone(Packets.error(packet));
            } else if (type != Packets.CONNECT) {
                throw new IOException(Packets.unusedType(type));
            }
        }

        @Override
        public void refusedSize() {
            arrived(LEAST_ROOM, listener::refusedSize);
        }

        @Override
        public void gone(String reason) {
            SocketIoConnection.this.gone(reason);
        }
    }

    /** The first one counts: each makes a timer for as long as the connection lasts, and a service could make them without end. */
    private void opened(Packets.Open said) throws IOException {
        if (handshaken) {
            throw new IOException("a second handshake");
        }
        handshaken = true;
        maxPayload = said.maxPayload() > 0 ? said.maxPayload() : Long.MAX_VALUE;
        heartbeatMs = said.heartbeatMs().orElse(heartbeatMs);
        lastPingNs = System.nanoTime();
        leave(() -> wire.send("40"));
        awaitPing();
    }

    /** The server pings; one that no longer does is gone, though its connection is open. */
    private void awaitPing() {
        long leftMs = heartbeatMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastPingNs);
        if (leftMs <= 0) {
            gone("ping timeout");
        } else if (life.get() == ConnectionLife.GOING_ON) {
            CompletableFuture.delayedExecutor(leftMs, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(this::awaitPing);
        }
    }

    private void event(String packet) throws IOException {
        Packets.PacketEvent event = Packets.event(packet);
        if (!connected) {
            throw new IOException("an event before the connection was answered");
        }
        arrived(packet.length(), () -> {
            if (life.get() != ConnectionLife.CLOSED_BY_US) {
                listener.event(event.name(), event.payload());
            }
        });
    }

    /** Waits while too much is untaken: on this connection's own thread, so that TCP slows its service down and nobody else. */
    private void arrived(int chars, Runnable task) {
        int takes = Math.max(LEAST_ROOM, Math.min(Limits.UNTAKEN_CHARS, chars));
        room.acquireUninterruptibly(takes);
        boolean taken = arriving.offer(
                () -> {
                    try {
                        task.run();
                    } finally {
                        room.release(takes);
                    }
                },
                ARRIVED_AT_MOST);
        if (!taken) {
            room.release(takes);
        }
    }

    private void gone(String reason) {
        if (life.compareAndSet(ConnectionLife.GOING_ON, ConnectionLife.LOST)) {
            String said = secret.removedFrom((connected ? "disconnected: " : "cannot connect: ") + reason);
            arriving.close(() -> listener.closed(said));
            leaving.close(this::release);
        }
    }

    @Override
    public long largestMessage() {
        return maxPayload;
    }

    @Override
    public void send(String event, Map<String, Object> payload) {
        leave(() -> {
            if (event.equals("fragment:data")) {
                wire.asked();
            }
            if (!wire.send(Packets.event(event, payload)) || !flushed(SEND_STALL_MS)) {
                gone("the server no longer reads");
            }
        });
    }

    private interface SendStep {
        void run() throws InterruptedException;
    }

    private void leave(SendStep step) {
        boolean taken = leaving.offer(
                () -> {
                    if (life.get() != ConnectionLife.LOST) {
                        run(step);
                    }
                },
                LEAVING_AT_MOST);
        if (!taken) {
            gone("more than " + LEAVING_AT_MOST + " messages wait to be sent");
        }
    }

    private static void defect(Throwable thrown) {
        LOG.error("internal error in a connection to STS; its other tasks go on", thrown);
    }

    private static void run(SendStep step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the socket has sent what it has. OkHttp can only be asked for that, and has nobody to tell. */
    private boolean flushed(long millis) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long pollMs = 1;
        while (wire.queued() > 0 && !wire.isGone()) {
            if (System.nanoTime() - untilNs > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(pollMs);
            pollMs = Math.min(LONGEST_POLL_MS, 2 * pollMs);
        }
        return true;
    }

    @Override
    public void close() {
        if (life.compareAndSet(ConnectionLife.GOING_ON, ConnectionLife.CLOSED_BY_US)) {
            arriving.close(() -> {});
            leaving.close(this::release);
        }
    }

    /** Closes in good order, then by force, and ends all threads. */
    private void release() {
        try {
            opened.await();
            if (life.get() == ConnectionLife.CLOSED_BY_US && connected) {
                wire.send("41");
                flushed(CLOSE_MS);
                wire.close(CLOSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            wire.cancel();
            Http.release(http);
        }
    }
}
