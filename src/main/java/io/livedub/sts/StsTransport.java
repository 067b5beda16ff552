package io.livedub.sts;

import java.util.Map;

/**
 * Carries events to and from an STS service; knows nothing of their meaning. Payloads are plain JSON values: maps with string
 * keys, strings, numbers, booleans and null; a list may come empty, since the protocol has none that is read. (A library's own
 * classes stay behind this port, so that the session is tested without it and the library can be replaced.)
 */
public interface StsTransport {
    /**
     * Starts one connection and returns at once. It is never re-established from inside: a new attempt is a new call.
     *
     * @param listener of this connection only; called on the transport's threads, one call at a time
     */
    TransportConnection connect(TransportListener listener);

    /** Loads what the first connection needs, and asks no service for anything. Blocks for a moment. */
    default void warmUp() {}

    /** Receives the events of a connection. Implementations return soon and throw nothing. */
    interface TransportListener {
        /** Events can be sent from now on. */
        void connected();

        /** @param payload the event's first argument; a map when the service keeps to the protocol, anything or null when not */
        void event(String name, Object payload);

        /**
         * Messages were dropped unread: too many, too large, or not within bounds. Told once a burst.
         *
         * @param count dropped on this connection so far
         */
        default void dropped(String why, long count) {}

        /** The service is ending the connection because a message was larger than it takes. {@link #closed} follows. */
        default void refusedSize() {}

        /** The connection is gone or never came to be. Once, and the last call. Not called after {@link TransportConnection#close()}. */
        void closed(String reason);
    }

    /** One connection, open or being opened. No method blocks or throws. */
    interface TransportConnection {
        /** Events leave in the order of the calls; what cannot be sent ends in {@link TransportListener#closed}. */
        void send(String event, Map<String, Object> payload);

        /** Bytes of the largest message that the other side has said it takes; a larger one would cost the connection. */
        default long largestMessage() {
            return Long.MAX_VALUE;
        }

        /** Sends what was given to {@link #send} first, then closes and lets go of everything. */
        void close();
    }
}
