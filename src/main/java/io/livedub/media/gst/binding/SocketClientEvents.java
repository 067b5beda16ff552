package io.livedub.media.gst.binding;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * What GLib's GSocketClient does, for whichever pipeline does it: rtmp2src and rtmp2sink make their connections with it, and give nothing of it
 * away. Each of them has a thread of its own for that, so the first thread that connects after a pipeline was told to play is that pipeline's.
 */
final class SocketClientEvents {
    /** sizeof(GValue): a GType and two unions of 8 bytes. */
    private static final int G_VALUE_SIZE = 24;

    private static final int G_VALUE_DATA = 8;
    /** Arguments of the signal "event": the client, what it does, to whom, and its GSocketConnection. */
    private static final int EVENT = G_VALUE_SIZE + G_VALUE_DATA;

    private static final int CONNECTION = 3 * G_VALUE_SIZE + G_VALUE_DATA;
    /** G_SOCKET_CLIENT_RESOLVING: the first that a client does. */
    private static final int RESOLVING = 0;
    /** G_SOCKET_CLIENT_CONNECTED */
    private static final int CONNECTED = 3;

    private static final int STAY = 1;

    private static final Map<Thread, RtmpConnection> OWNERS = new ConcurrentHashMap<>();
    private static volatile RtmpConnection expected;
    /** JNA holds callbacks weakly; C holds this one for ever. */
    private static Hook kept;

    private SocketClientEvents() {}

    /** GSignalEmissionHook. The thread is the one that connects. */
    interface Hook extends Callback {
        int callback(Pointer hint, int count, Pointer values, Pointer userData);
    }

    /** Lets the connection begin. One at a time, so that each finds its own thread. */
    static synchronized void expect(RtmpConnection connection) {
        listen();
        expected = connection;
        connection.begin();
        expected = null;
    }

    static void forget(RtmpConnection connection) {
        OWNERS.values().remove(connection);
    }

    /** GStreamer uses its threads again: one that is known may belong to another pipeline now. */
    private static RtmpConnection ownerOf(RtmpConnection last) {
        RtmpConnection next = expected;
        return next != null && !next.isBegun() ? next : last;
    }

    private static void listen() {
        if (kept == null) {
            GstRuntime.ensure();
            var gio = RtmpConnection.gio();
            long type = gio.getFunction("g_socket_client_get_type").invokeLong(new Object[] {});
            // A class has its signals when it is first used.
            gio.getFunction("g_type_class_ref").invokePointer(new Object[] {type});
            int event = gio.getFunction("g_signal_lookup").invokeInt(new Object[] {"event", type});
            kept = new Events();
            // Without this JNA attaches the thread to the JVM anew for each event, and it would be another Thread each
            // time.
            Native.setCallbackThreadInitializer(kept, new CallbackThreadInitializer(true, false, "gst-connect"));
            gio.getFunction("g_signal_add_emission_hook").invokeLong(new Object[] {event, 0, kept, null, null});
        }
    }

    private static final class Events implements Hook {
        @Override
        public int callback(Pointer hint, int count, Pointer values, Pointer userData) {
            int event = values.getInt(EVENT);
            RtmpConnection owner =
                    OWNERS.compute(Thread.currentThread(), (thread, last) -> event == RESOLVING ? ownerOf(last) : last);
            if (owner != null) {
                owner.hasBegun();
                if (event == CONNECTED) {
                    owner.connected(values.getPointer(CONNECTION));
                }
            }
            return STAY;
        }
    }
}
