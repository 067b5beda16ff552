package io.livedub.media.gst.binding;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The TCP connection that the rtmp2 element of one pipeline makes.
 *
 * <p>An rtmp2 element leaks its connection when it is stopped, or refused by the server, after the handshake and before it plays or publishes:
 * nothing of GStreamer closes it then (1.22; rtmpconnection.c cancels a wrong object). The process keeps two file handles, and the server keeps a
 * reader, or a publisher that holds the path. A connection that ends by itself is cleared away as soon as its loop looks at it. So {@link #abandon}
 * ends it before the element stops, and {@link #close} looks once more in place of the element, whose loop may have ended before.
 */
public final class RtmpConnection implements AutoCloseable {
    private static final long BEGINS_WITHIN_MS = 1000;
    /** A connection that ends takes three. */
    private static final int MOST_ITERATIONS = 100;

    private final GstPipeline pipeline;
    private final OutgoingBytes sent;
    private final CountDownLatch begun = new CountDownLatch(1);
    private Pointer connection;
    /** GMainContext of the element's loop. */
    private Pointer context;

    private boolean abandoned;

    private RtmpConnection(GstPipeline pipeline, OutgoingBytes sent) {
        this.pipeline = pipeline;
        this.sent = sent;
    }

    /**
     * Plays a pipeline, and returns when its element has begun to connect, which takes a millisecond.
     *
     * @param sent what its rtmp2 element has sent
     */
    public static RtmpConnection play(GstPipeline pipeline, OutgoingBytes sent) {
        RtmpConnection made = new RtmpConnection(pipeline, sent);
        SocketClientEvents.expect(made);
        return made;
    }

    /** Called by whoever makes sure that no other pipeline begins to connect meanwhile. */
    void begin() {
        if (pipeline.play()) {
            Uninterruptible.await(() -> begun.await(BEGINS_WITHIN_MS, TimeUnit.MILLISECONDS));
        }
    }

    boolean isBegun() {
        return begun.getCount() == 0;
    }

    /** Called on the thread of the element's loop. */
    void hasBegun() {
        if (!isBegun()) {
            synchronized (this) {
                context = gio().getFunction("g_main_context_ref_thread_default").invokePointer(new Object[] {});
            }
            begun.countDown();
        }
    }

    /** @param socketConnection the element's GSocketConnection; it may make a second one, to log in */
    synchronized void connected(Pointer socketConnection) {
        forget();
        if (abandoned) {
            shutDown(socketConnection);
        } else {
            connection = gio().getFunction("g_object_ref").invokePointer(new Object[] {socketConnection});
        }
    }

    /** To be called before the pipeline is stopped. A connection that plays or publishes stays as it is: the element closes that one itself. */
    public void abandon() {
        boolean established = sent.read() > 0;
        synchronized (this) {
            abandoned = true;
            if (connection != null && !established) {
                shutDown(connection);
            }
        }
    }

    /** To be called when the pipeline is closed. */
    @Override
    public void close() {
        SocketClientEvents.forget(this);
        synchronized (this) {
            if (connection != null) {
                shutDown(connection);
            }
            if (context != null) {
                clearAway();
            }
            forget();
        }
    }

    /** The element's thread has ended, so its loop can go on on this one. */
    private void clearAway() {
        NativeLibrary gio = gio();
        Object[] loop = {context};
        gio.getFunction("g_main_context_push_thread_default").invokeVoid(loop);
        for (int i = 0;
                i < MOST_ITERATIONS
                        && gio.getFunction("g_main_context_iteration").invokeInt(new Object[] {context, 0}) != 0;
                i++) {}
        gio.getFunction("g_main_context_pop_thread_default").invokeVoid(loop);
        gio.getFunction("g_main_context_unref").invokeVoid(loop);
        context = null;
    }

    private void forget() {
        if (connection != null) {
            gio().getFunction("g_object_unref").invokeVoid(new Object[] {connection});
            connection = null;
        }
    }

    private static void shutDown(Pointer socketConnection) {
        Pointer socket =
                gio().getFunction("g_socket_connection_get_socket").invokePointer(new Object[] {socketConnection});
        // A socket that is closed already refuses, which does not matter.
        gio().getFunction("g_socket_shutdown").invokeInt(new Object[] {socket, 1, 1, null});
    }

    static NativeLibrary gio() {
        return NativeLibrary.getInstance("gio-2.0");
    }
}
