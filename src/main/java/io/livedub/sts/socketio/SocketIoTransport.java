package io.livedub.sts.socketio;

import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;

/**
 * Socket.IO v4 over WebSocket by the Java client. The client's reconnection is off, and nothing is shared between connections but
 * the client library's own event thread, which does no work of ours.
 */
public final class SocketIoTransport implements StsTransport {
    private final StsSettings settings;

    public SocketIoTransport(StsSettings settings) {
        this.settings = settings;
    }

    @Override
    public Connection connect(Listener listener) {
        SocketIoConnection connection = new SocketIoConnection(settings, listener);
        connection.open();
        return connection;
    }
}
